// SPDX-License-Identifier: GPL-2.0
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "case.h"
#include "text.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define GROWTH		7
#define STRIDE_MAX	343	/* two or three for each thing that is made */
/* Nothing has so many; who counts so far counts something else. */
#define NTH_MAX		100000

/* By default, an allocation that may wait does not fail, and no report is too long. */
static const struct setting {
	const char *name;
	const char *value;
} settings[] = {
	{ "failslab/ignore-gfp-wait", "N" },
	{ "failslab/verbose", "0" },
	{ "fail_page_alloc/ignore-gfp-wait", "N" },
	{ "fail_page_alloc/ignore-gfp-highmem", "N" },
	{ "fail_page_alloc/min-order", "0" },
	{ "fail_page_alloc/verbose", "0" },
};

static char *found[ARRAY_SIZE(settings)];

/* Of each thread its own. */
static __thread int fail_nth = -1;

static const char *path_of(size_t i)
{
	static char path[128];

	snprintf(path, sizeof(path), DEBUGFS "%s", settings[i].name);
	return path;
}

static void put_back(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (found[i])
			text_puts(path_of(i), found[i]);
}

void faults_need(void)
{
	size_t i;

	if (access(FAIL_NTH, W_OK))
		skip_all("no allocation fails on demand here (CONFIG_FAULT_INJECTION)");
	atexit(put_back);
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		found[i] = text_read(path_of(i), NULL);
		if (!found[i] || text_puts(path_of(i), settings[i].value))
			skip_all("%s can't be set", path_of(i));
	}
}

static int own_file(void)
{
	if (fail_nth < 0)
		fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	return fail_nth;
}

void faults_arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(own_file(), text, len, 0) != len)
		note("%s: %s", FAIL_NTH, strerror(errno));
}

unsigned int faults_disarm(void)
{
	char text[16] = "";

	if (pread(own_file(), text, sizeof(text) - 1, 0) < 0)
		note("%s: %s", FAIL_NTH, strerror(errno));
	if (pwrite(own_file(), "0", 1, 0) != 1)
		note("%s: %s", FAIL_NTH, strerror(errno));
	return strtoul(text, NULL, 10);
}

int faults_put(int fd, const char *text)
{
	ssize_t len = strlen(text);

	return pwrite(fd, text, len, 0) == len ? 0 : -errno;
}

/* Return: CASE_PASS; *@err gets what came of the first time, *@left what was not reached. */
static int try_nth(const struct faulty *faulty, unsigned int nth, unsigned int *left, int *err)
{
	int ret = faulty->begin ? faulty->begin() : 0;

	if (ret)
		return fail("%s: can't be prepared: %s", faulty->name, strerror(-ret));
	faults_arm(nth);
	*err = faulty->run();
	*left = faults_disarm();
	if (*err && *left)
		return fail("%s: with nothing failing: %s", faulty->name, strerror(-*err));
	if (*err && *err != -ENOMEM)
		return fail("%s: allocation %u: %s", faulty->name, nth, strerror(-*err));
	if (*err && faulty->undone && !faulty->undone())
		return fail("%s: allocation %u: not all is undone", faulty->name, nth);
	ret = *err ? faulty->run() : 0;
	if (ret)
		return fail("%s: after allocation %u: %s", faulty->name, nth, strerror(-ret));
	if (faulty->done && !faulty->done())
		return fail("%s: after allocation %u: not all is done", faulty->name, nth);
	if (faulty->end)
		faulty->end();
	return CASE_PASS;
}

unsigned int faults_seconds(unsigned int by_default)
{
	const char *text = getenv("NUMALENS_FAULTS");
	unsigned int seconds = text ? strtoul(text, NULL, 10) : 0;

	return seconds ?: by_default;
}

bool faults_stride(unsigned int *stride, uint64_t *until, unsigned int seconds)
{
	if (now_ns() < *until || *stride == STRIDE_MAX)
		return false;
	*until = now_ns() + seconds * 1000000000ULL;
	*stride *= GROWTH;
	return true;
}

int faults_each(const struct faulty *faulty, unsigned int seconds)
{
	uint64_t until = now_ns() + seconds * 1000000000ULL;
	unsigned int nth = 1, stride = 1, left = 0, nr = 0, nr_errors = 0;
	int err = 0, ret;

	for (; nth < NTH_MAX; nth += stride) {
		ret = try_nth(faulty, nth, &left, &err);
		if (ret)
			return ret;
		if (left)
			break;
		nr++;
		nr_errors += !!err;
		if (faults_stride(&stride, &until, seconds))
			note("%s: from the %uth on every %uth", faulty->name, nth, stride);
	}
	note("%s: %u allocations of %u failed, %u of them it survived", faulty->name, nr, nth - 1,
	     nr - nr_errors);
	return left && nr ? CASE_PASS : fail("%s: it has no end", faulty->name);
}
