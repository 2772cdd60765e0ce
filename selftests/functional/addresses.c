// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses: nothing holds one of the kernel's, and those of a process need not
 * be the names of directories.
 *
 * Oracle: the shape of the kernel's addresses, which is tried out on
 * /proc/kallsyms; which names a uid 0 without capabilities gets to see.
 */
#include <dirent.h>
#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/rights.h"
#include "../lib/text.h"
#include "../lib/tree.h"
#include "../lib/watched.h"

#define ENTRIES_MAX	8192

static struct tree_entry entries[ENTRIES_MAX];

/* Return: how many names below vmas/ are those of a range of addresses. */
static int names_seen(pid_t pid)
{
	DIR *dir = opendir(lens_path(pid, "vmas"));
	unsigned long long start, end;
	struct dirent *entry;
	int nr = 0;

	while (dir && (entry = readdir(dir)))
		nr += sscanf(entry->d_name, "%llx-%llx", &start, &end) == 2;
	if (dir)
		closedir(dir);
	return nr;
}

/* Modes do not keep a uid 0 from listing a directory: then nothing may be there. */
static int no_names(void)
{
	pid_t with, without, pid;
	int status;

	lens_set("refresh_ms", 0);
	with = watched_sleeper();
	lens_set("max_vma_dirs", 0);
	without = watched_sleeper();
	if (!with || !without || !names_seen(with))
		return fail("can't be watched");
	pid = proc_fork();
	if (!pid)
		_exit(rights_none() ? 1 : names_seen(without) ? 2 : 0);
	waitpid(pid, &status, 0);
	return status ? fail("status %#x", status) : CASE_PASS;
}

/*
 * Upper half of the address space, as the kernel uses it on 64 bits: memory, vmalloc,
 * vmemmap below; image and modules above. What lies between could be two numbers of
 * 32 bits, of which one is -1.
 */
static bool is_kernel_address(uint64_t value)
{
	return (value >= 0xffff800000000000 && value < 0xffffff0000000000) ||
	       (value >= 0xffffffff80000000 && value < 0xffffffffff000000);
}

/* Whatever could be one, in hexadecimal or decimal, or as a binary number. */
static bool shows_address(const char *text, size_t len)
{
	size_t i, digits;
	uint64_t value;

	for (i = 0; i < len; i += digits + 1) {
		digits = strspn(text + i, "0123456789abcdef");
		if (digits == 16 && is_kernel_address(strtoull(text + i, NULL, 16)))
			return true;
		if (digits >= 19 && is_kernel_address(strtoull(text + i, NULL, 10)))
			return true;
	}
	for (i = 0; i + sizeof(value) <= len; i += sizeof(uint32_t)) {
		memcpy(&value, text + i, sizeof(value));
		if (is_kernel_address(value))
			return true;
	}
	return false;
}

static int find_addresses(const char *path)
{
	size_t len;
	char *text = text_read(path, &len);
	bool found = text && shows_address(text, len);

	free(text);
	return found ? !!fail("%s shows an address of the kernel", path) : 0;
}

static int formats_with_pointers(void)
{
	unsigned int bad = 0;
	glob_t found;
	size_t i;

	if (glob("/sys/kernel/tracing/events/numalens/*/format", 0, NULL, &found))
		return 0;
	for (i = 0; i < found.gl_pathc; i++) {
		char *text = text_read(found.gl_pathv[i], NULL);

		if (text && (strstr(text, "%p") || strstr(text, " *")))
			bad += !!fail("%s has a pointer", found.gl_pathv[i]);
		free(text);
	}
	globfree(&found);
	return bad;
}

static int no_addresses(void)
{
	char *symbols = text_read("/proc/kallsyms", NULL);
	bool seen = symbols && shows_address(symbols, strnlen(symbols, 1 << 16));
	unsigned int bad = formats_with_pointers();
	int i, nr;

	free(symbols);
	if (!seen)
		return skip("/proc/kallsyms has no addresses: those of this machine are not known");
	if (!watched_sleeper())
		return fail("can't be watched");
	nr = tree_read(LENS_ROOT, "", entries, ENTRIES_MAX);
	note("%d files and directories", nr);
	if (nr < 100)
		return fail("that is not all");
	for (i = 0; i < nr; i++) {
		char path[sizeof(LENS_ROOT) + TREE_PATH];

		snprintf(path, sizeof(path), LENS_ROOT "/%.*s", TREE_PATH - 1, entries[i].path);
		if (S_ISREG(entries[i].mode) && entries[i].mode & 0400)
			bad += find_addresses(path);
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "no VMA has a directory with max_vma_dirs 0", no_names },
		{ "none of the kernel's", no_addresses },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
