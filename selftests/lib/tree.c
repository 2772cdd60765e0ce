// SPDX-License-Identifier: GPL-2.0
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

static int add(const char *root, const char *path, struct tree_entry *entries, int max)
{
	char full[PATH_MAX];
	struct stat st;

	if (max < 1)
		return -E2BIG;
	snprintf(full, sizeof(full), "%s/%s", root, path);
	if (lstat(full, &st))
		return -errno;
	if (snprintf(entries->path, TREE_PATH, "%s", path) >= TREE_PATH)
		return -ENAMETOOLONG;
	entries->mode = st.st_mode;
	return 1;
}

int tree_read(const char *root, const char *path, struct tree_entry *entries, int max)
{
	int nr = add(root, path, entries, max), ret = nr;
	char full[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (nr < 0 || !S_ISDIR(entries->mode))
		return nr;
	snprintf(full, sizeof(full), "%s/%s", root, path);
	dir = opendir(full);
	while (dir && ret >= 0 && (entry = readdir(dir))) {
		char sub[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s%s%s", path, *path ? "/" : "", entry->d_name);
		ret = tree_read(root, sub, entries + nr, max - nr);
		/* what was removed meanwhile is not there */
		if (ret == -ENOENT)
			ret = 0;
		nr += ret;
	}
	if (dir)
		closedir(dir);
	return ret < 0 ? ret : nr;
}
