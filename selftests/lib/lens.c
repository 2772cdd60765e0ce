// SPDX-License-Identifier: GPL-2.0
#include "lens.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define WATCHES_MAX	8192

static pid_t watches[WATCHES_MAX];
static int nr_watches;

static const char *root_path(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), LENS_ROOT "/%s", name);
	return path;
}

const char *lens_path(pid_t pid, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), LENS_ROOT "/processes/%d/%s", pid, name);
	return path;
}

bool lens_loaded(void)
{
	return !access(root_path("abi_version"), F_OK);
}

int lens_get(const char *name, uint64_t *value)
{
	return text_number(root_path(name), value);
}

int lens_set(const char *name, long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld\n", value);
	return text_puts(root_path(name), text);
}

int lens_settings_get(struct lens_settings *settings)
{
	int ret = lens_get("max_watched", &settings->max_watched);

	ret = ret ?: lens_get("max_vma_dirs", &settings->max_vma_dirs);
	ret = ret ?: lens_get("max_thread_dirs", &settings->max_thread_dirs);
	ret = ret ?: lens_get("refresh_ms", &settings->refresh_ms);
	return ret ?: lens_get("cpu_limit_bp", &settings->cpu_limit_bp);
}

int lens_settings_put(const struct lens_settings *settings)
{
	int ret = lens_set("max_watched", settings->max_watched);

	ret = ret ?: lens_set("max_vma_dirs", settings->max_vma_dirs);
	ret = ret ?: lens_set("max_thread_dirs", settings->max_thread_dirs);
	ret = ret ?: lens_set("refresh_ms", settings->refresh_ms);
	return ret ?: lens_set("cpu_limit_bp", settings->cpu_limit_bp);
}

int lens_watch(pid_t pid)
{
	int ret = lens_set("watch", pid);

	if (!ret && nr_watches < WATCHES_MAX)
		watches[nr_watches++] = pid;
	return ret;
}

int lens_unwatch(pid_t pid)
{
	int i;

	for (i = 0; i < nr_watches; i++)
		if (watches[i] == pid)
			watches[i--] = watches[--nr_watches];
	return lens_set("unwatch", pid);
}

void lens_unwatch_all(void)
{
	while (nr_watches)
		lens_set("unwatch", watches[--nr_watches]);
}

int lens_watched(pid_t *pids, int max)
{
	DIR *dir = opendir(LENS_ROOT "/processes");
	struct dirent *entry;
	int nr = 0;

	while (dir && nr < max && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			pids[nr++] = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return nr;
}

int lens_dirs(pid_t pid, const char *name)
{
	DIR *dir = opendir(lens_path(pid, name));
	struct dirent *entry;
	int nr = 0;

	while (dir && (entry = readdir(dir)))
		nr += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return nr;
}

void lens_forget_all(void)
{
	nr_watches = 0;
}

int lens_scan(pid_t pid)
{
	return text_puts(lens_path(pid, "scan"), "1\n");
}

int lens_number(pid_t pid, const char *name, uint64_t *value)
{
	return text_number(lens_path(pid, name), value);
}

uint64_t lens_value(pid_t pid, const char *name)
{
	uint64_t value;

	return lens_number(pid, name, &value) ? UINT64_MAX : value;
}

char *lens_word(pid_t pid, const char *name)
{
	char *text = text_read(lens_path(pid, name), NULL);

	return text ? text_chomp(text) : NULL;
}

int row_parse(const char *text, uint64_t *values, int max)
{
	int nr = 0;

	while (*text && *text != '\n') {
		char *end;

		if (nr == max)
			return -EPROTO;
		values[nr++] = strtoull(text, &end, 10);
		if (end == text || (*end && *end != ' ' && *end != '\n'))
			return -EPROTO;
		text = end + (*end == ' ');
	}
	return nr;
}

int lens_row(pid_t pid, const char *name, uint64_t *values, int max)
{
	char *text = text_read(lens_path(pid, name), NULL);
	int nr;

	if (!text)
		return -errno;
	nr = row_parse(text, values, max);
	free(text);
	return nr;
}
