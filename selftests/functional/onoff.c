// SPDX-License-Identifier: GPL-2.0
/*
 * Settings that are on or off, at the root and of a process: they take both words,
 * with a newline or without, and refuse all others, which change nothing.
 *
 * Oracle: the errno that the ABI file states, and what is read afterwards.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define MIB	(1UL << 20)

struct input {
	const char *what;
	const char *data;
	size_t len;
};

#define INPUT(name, text)	{ name, text, sizeof(text) - 1 }

/* No other word for it, and no number. */
static const struct input bad[] = {
	INPUT("garbage", "garbage\n"),
	INPUT("a newline", "\n"),
	INPUT("a blank", " "),
	INPUT("0", "0\n"),
	INPUT("1", "1\n"),
	INPUT("y", "y\n"),
	INPUT("yes", "yes\n"),
	INPUT("true", "true\n"),
	INPUT("enabled", "enabled\n"),
	INPUT("o", "o"),
	INPUT("of", "of\n"),
	INPUT("ON", "ON\n"),
	INPUT("Off", "Off\n"),
	INPUT("one and more", "one\n"),
	INPUT("blank and on", " on\n"),
	INPUT("off and blank", "off "),
	INPUT("two words", "on off\n"),
	INPUT("two lines", "off\non\n"),
	INPUT("two newlines", "on\n\n"),
	INPUT("NUL", "\0"),
	INPUT("on, NUL", "on\0"),
	INPUT("off, NUL, garbage", "off\0garbage"),
};

/* A kernel may lack the first. */
static const char *const names[] = { "events", "folio_orders", "follow_forks" };

static pid_t someone;
static unsigned int nr_wrong;

static void wrong(const char *file, const char *what, int ret)
{
	nr_wrong++;
	note("%s: %s: %s", file, what, ret ? strerror(-ret) : "accepted");
}

static int each_file(void (*try)(const char *path))
{
	char path[128];
	size_t i;

	nr_wrong = 0;
	lens_set("refresh_ms", 0);
	someone = proc_fork();
	if (!someone)
		for (;;)
			pause();
	if (lens_watch(someone))
		return fail("can't be watched");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), LENS_ROOT "/%s", names[i]);
		if (!strcmp(names[i], "events") && access(path, F_OK)) {
			note("no events on this kernel");
			continue;
		}
		try(path);
		snprintf(path, sizeof(path), "%s", lens_path(someone, names[i]));
		try(path);
	}
	return nr_wrong ? fail("%u wrong", nr_wrong) : CASE_PASS;
}

static void refuses(const char *path, const struct input *input)
{
	char *before = text_read(path, NULL), *after;
	int ret = text_write(path, input->data, input->len);

	/* sysfs hands a write of nothing to nobody */
	if (ret != -EINVAL && (ret || input->len))
		wrong(path, input->what, ret);
	after = text_read(path, NULL);
	if (!before || !after || strcmp(before, after)) {
		nr_wrong++;
		note("%s: %s: changed something", path, input->what);
	}
	free(after);
	free(before);
}

static void try_bad(const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refuses(path, &bad[i]);
}

static int bad_words(void)
{
	return each_file(try_bad);
}

static void try_good(const char *path)
{
	static const char *const words[] = {
		"on", "on\n", "off", "off\n", "on\n",
	};
	char *before = text_read(path, NULL);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		int ret = text_puts(path, words[i]);
		char *after = text_read(path, NULL), expect[8];

		snprintf(expect, sizeof(expect), "%.*s\n",
			 (int)strcspn(words[i], "\n"), words[i]);
		if (ret)
			wrong(path, words[i], ret);
		if (!after || strcmp(after, expect)) {
			nr_wrong++;
			note("%s is %s after %s", path, after ?: "-", words[i]);
		}
		free(after);
	}
	if (!before || text_puts(path, before))
		wrong(path, "as before", -errno);
	free(before);
}

static int good_words(void)
{
	return each_file(try_good);
}

static void try_sizes(const char *path)
{
	static const char fills[] = { ' ', 'n', '\0', '\n' };
	char *data = malloc(MIB);
	size_t i;

	refuses(path, &(struct input){ "nothing", "", 0 });
	for (i = 0; i < sizeof(fills); i++) {
		memset(data, fills[i], MIB);
		memcpy(data, "off", 3);
		refuses(path, &(struct input){ "1 MiB", data, MIB });
	}
	free(data);
}

static int sizes(void)
{
	return each_file(try_sizes);
}

/* A new watch takes over the root's; then each has its own. */
static void try_defaults(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char *before, *own;

	if (strstr(path, "/processes/"))
		return;
	before = text_read(path, NULL);
	lens_unwatch(someone);
	text_puts(path, "off\n");
	if (lens_watch(someone))
		wrong(path, "watch", -errno);
	text_puts(path, "on\n");
	own = lens_word(someone, name);
	if (!own || strcmp(own, "off")) {
		nr_wrong++;
		note("%s of a process is %s", name, own ?: "-");
	}
	free(own);
	text_puts(path, before);
	free(before);
}

static int defaults(void)
{
	return each_file(try_defaults);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "neither on nor off", bad_words },
		{ "on and off", good_words },
		{ "nothing, and 1 MiB", sizes },
		{ "a new watch takes over the root's", defaults },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
