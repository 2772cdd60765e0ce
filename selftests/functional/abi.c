// SPDX-License-Identifier: GPL-2.0
/*
 * The ABI file and /sys agree both ways: every file below /sys/kernel/numalens
 * has one entry that names it and gives its mode, and every entry has a file,
 * unless it says "absent on some kernels" and this one may be such a kernel.
 *
 * Oracle: the entries, which people wrote for people. They are looked for in
 * Documentation/ABI/testing/sysfs-kernel-numalens* of the source tree that the
 * test lies in, or in the directory that NUMALENS_ABI names.
 */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define ENTRIES_MAX	512
#define OPTIONAL	"absent on some kernels"

/* A What: line; <pid> and the like stand for a number, hexadecimal or not. */
struct entry {
	char *what;
	mode_t mode;
	bool optional;
	unsigned int files;
};

static struct entry entries[ENTRIES_MAX];
static size_t nr_entries;
static unsigned int nr_files, nr_bad;

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool matches(const char *what, const char *path)
{
	while (*what && *path) {
		if (*what != '<') {
			if (*what++ != *path++)
				return false;
			continue;
		}
		if (!is_digit(*path))
			return false;
		while (is_digit(*path))
			path++;
		what = strchr(what, '>');
		if (!what++)
			return false;
	}
	return !*what && !*path;
}

static void entry_add(const char *line)
{
	if (nr_entries == ENTRIES_MAX)
		return;
	line += strlen("What:");
	line += strspn(line, " \t");
	entries[nr_entries++].what = strdup(line);
}

/* Several What: lines in a row share what follows. */
static void file_parse(char *text)
{
	size_t first = nr_entries;
	bool in_what = false;
	char *line, *save, *mode;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "What:", 5)) {
			if (!in_what)
				first = nr_entries;
			in_what = true;
			entry_add(line);
			continue;
		}
		in_what = false;
		mode = strstr(line, "Mode: ");
		if (mode) {
			size_t i;

			for (i = first; i < nr_entries; i++) {
				entries[i].mode = strtoul(mode + 6, NULL, 8);
				entries[i].optional = strstr(mode, OPTIONAL);
			}
		}
	}
}

static const char *abi_dir(void)
{
	static char path[PATH_MAX];
	const char *env = getenv("NUMALENS_ABI");

	snprintf(path, sizeof(path), "%s/../../Documentation/ABI/testing",
		 test_dir());
	return env ?: path;
}

static int entries_read(void)
{
	char pattern[PATH_MAX + 64];
	glob_t files;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/sysfs-kernel-numalens*",
		 abi_dir());
	if (glob(pattern, 0, NULL, &files))
		return skip("no ABI file in %s", abi_dir());
	for (i = 0; i < files.gl_pathc; i++) {
		char *text = text_read(files.gl_pathv[i], NULL);

		if (!text)
			return fail("%s can't be read", files.gl_pathv[i]);
		file_parse(text);
		free(text);
	}
	globfree(&files);
	note("%zu entries", nr_entries);
	return nr_entries ? CASE_PASS : fail("no entry");
}

static void file_check(const char *path, mode_t mode)
{
	struct entry *entry = NULL;
	size_t i, found = 0;

	nr_files++;
	for (i = 0; i < nr_entries; i++) {
		if (!matches(entries[i].what, path))
			continue;
		entry = &entries[i];
		entry->files++;
		found++;
	}
	if (found != 1) {
		nr_bad++;
		note("%s: %zu entries", path, found);
	} else if (entry->mode != (mode & 07777)) {
		nr_bad++;
		note("%s: mode %04o, the entry says %04o", path, mode & 07777,
		     entry->mode);
	}
}

static void walk(const char *path, void (*check)(const char *, mode_t))
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char sub[PATH_MAX];
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, entry->d_name);
		if (lstat(sub, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			walk(sub, check);
		else
			check(sub, st.st_mode);
	}
	if (dir)
		closedir(dir);
}

static int watch_someone(void)
{
	pid_t pid = proc_fork();

	if (!pid)
		for (;;)
			pause();
	lens_set("refresh_ms", 0);
	/* What is there only if it is asked for is asked for. */
	return lens_watch(pid) ?: text_puts(lens_path(pid, "folio_orders"), "on");
}

static int files_have_entries(void)
{
	int ret = entries_read();

	if (ret)
		return ret;
	if (watch_someone())
		return fail("can't be watched");
	walk(LENS_ROOT, file_check);
	note("%u files", nr_files);
	if (!nr_files || nr_bad)
		return fail("%u of %u files", nr_bad, nr_files);
	return CASE_PASS;
}

static bool may_be_absent(const struct entry *entry)
{
	if (strstr(entry->what, "/sched_domains/"))
		return entry->optional ||
		       access(LENS_ROOT "/sched_domains", F_OK);
	if (!entry->optional)
		return false;
	/* the last ones are of pages of 64 KiB */
	if (strstr(entry->what, "/folios/"))
		return getpagesize() < 65536;
	if (strstr(entry->what, "vma_skips") &&
	    access("/sys/kernel/tracing/events/sched/sched_skip_vma_numa", F_OK))
		return true;
	/* events and NUMA balancing: all of it is there, or none */
	return access(LENS_ROOT "/events", F_OK) ||
	       access("/proc/sys/kernel/numa_balancing", F_OK);
}

static int entries_have_files(void)
{
	unsigned int without = 0;
	size_t i;

	if (!nr_entries)
		return skip("no ABI file in %s", abi_dir());
	for (i = 0; i < nr_entries; i++) {
		if (entries[i].files || may_be_absent(&entries[i]))
			continue;
		note("%s: no file", entries[i].what);
		without++;
	}
	return without ? fail("%u of %zu entries", without, nr_entries) :
		CASE_PASS;
}

/* What a kernel can't give is an absent file, never one that fails. */
static void file_read(const char *path, mode_t mode)
{
	size_t len;
	char *text;

	if (!(mode & 0400))
		return;
	text = text_read(path, &len);
	if (!text) {
		nr_bad++;
		note("%s: %s", path, strerror(errno));
		return;
	}
	if (!strstr(path, "/snapshot") && (!len || text[len - 1] != '\n')) {
		nr_bad++;
		note("%s: does not end with a newline", path);
	}
	free(text);
}

static int files_can_be_read(void)
{
	nr_bad = 0;
	if (watch_someone())
		return fail("can't be watched");
	walk(LENS_ROOT, file_read);
	return nr_bad ? fail("%u files", nr_bad) : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "every file has one entry, with its mode", files_have_entries },
		{ "every entry has a file", entries_have_files },
		{ "every file that can be read ends with a newline",
		  files_can_be_read },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
