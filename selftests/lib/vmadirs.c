// SPDX-License-Identifier: GPL-2.0
#include "snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "lens.h"

static const char *const kinds[] = {
	[NUMALENS_KIND_ANON] = "anon",
	[NUMALENS_KIND_FILE] = "file",
	[NUMALENS_KIND_SHMEM] = "shmem",
	[NUMALENS_KIND_HUGETLB] = "hugetlb",
	[NUMALENS_KIND_SPECIAL] = "special",
};

static const char *const sources[] = {
	[NUMALENS_SOURCE_SYSTEM] = "system",
	[NUMALENS_SOURCE_TASK] = "task",
	[NUMALENS_SOURCE_SHARED] = "shared",
	[NUMALENS_SOURCE_VMA] = "vma",
};

struct dir {
	const char *name;
	int fd;
	int nr_nodes;
	int ret;
};

static const char *file_text(struct dir *dir, const char *name)
{
	static char text[8192];
	int fd = openat(dir->fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0) {
		note("vmas/%s/%s: %s", dir->name, name,
		     n ? strerror(errno) : "empty");
		dir->ret = n ? -errno : -EBADMSG;
		n = 0;
	}
	if (fd >= 0)
		close(fd);
	text[n] = '\0';
	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return text;
}

static int file_bad(struct dir *dir, const char *name, const char *text)
{
	note("vmas/%s/%s: \"%s\"", dir->name, name, text);
	dir->ret = dir->ret ?: -EBADMSG;
	return 0;
}

static uint64_t file_number(struct dir *dir, const char *name)
{
	const char *text = file_text(dir, name);
	uint64_t value;

	if (row_parse(text, &value, 1) != 1)
		return file_bad(dir, name, text);
	return value;
}

static void file_row(struct dir *dir, const char *name, uint64_t *values)
{
	const char *text = file_text(dir, name);

	if (row_parse(text, values, NODES_MAX) != dir->nr_nodes)
		file_bad(dir, name, text);
}

static uint32_t file_choice(struct dir *dir, const char *name,
			    const char *const *words, uint32_t nr)
{
	const char *text = file_text(dir, name);
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(text, words[i]))
			return i;
	return file_bad(dir, name, text);
}

static uint32_t file_perms(struct dir *dir)
{
	static const char letters[] = "rwxs";
	const char *text = file_text(dir, "perms");
	uint32_t perms = 0;
	int i;

	if (strlen(text) != 4)
		return file_bad(dir, "perms", text);
	for (i = 0; i < 4; i++)
		if (text[i] == letters[i])
			perms |= 1U << i;
		else if (text[i] != (i == 3 ? 'p' : '-'))
			return file_bad(dir, "perms", text);
	return perms;
}

/* An anonymous VMA without a name has an empty path: not an error here. */
static char *file_path(struct dir *dir)
{
	static char text[8192];
	int fd = openat(dir->fd, "path", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd < 0) {
		dir->ret = -errno;
		return strdup("");
	}
	close(fd);
	if (n > 0 && text[n - 1] == '\n')
		n--;
	text[n > 0 ? n : 0] = '\0';
	return strdup(text);
}

static int dir_read(struct dir *dir, struct lens_vma *vma)
{
	memset(vma, 0, sizeof(*vma));
	if (sscanf(dir->name, "%" SCNx64 "-%" SCNx64, &vma->start,
		   &vma->end) != 2)
		return -EBADMSG;
	vma->page_size = file_number(dir, "page_size");
	vma->zero = file_number(dir, "zero");
	vma->swap = file_number(dir, "swap");
	vma->migrating = file_number(dir, "migrating");
	vma->untouched = file_number(dir, "untouched");
	vma->remote_pages = file_number(dir, "remote_pages");
	vma->kind = file_choice(dir, "kind", kinds, NUMALENS_KIND_SPECIAL + 1);
	vma->source = file_choice(dir, "policy_source", sources,
				  NUMALENS_SOURCE_VMA + 1);
	vma->perms = file_perms(dir);
	vma->path = file_path(dir);
	vma->policy = strdup(file_text(dir, "policy"));
	file_row(dir, "pages", vma->pages);
	file_row(dir, "anon", vma->anon);
	file_row(dir, "thp", vma->thp);
	return dir->ret;
}

static int by_start(const void *one, const void *two)
{
	const struct lens_vma *a = one, *b = two;

	return a->start < b->start ? -1 : a->start > b->start;
}

int vma_dirs_read(pid_t pid, struct lens_vma **list)
{
	uint64_t nodes[NODES_MAX];
	struct dir sub = { .nr_nodes = lens_row(pid, "nodes", nodes, NODES_MAX) };
	size_t nr = 0, room = 64;
	struct dirent *entry;
	DIR *dir;

	dir = opendir(lens_path(pid, "vmas"));
	if (!dir)
		return -errno;
	*list = malloc(room * sizeof(**list));
	while (!sub.ret && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (nr == room) {
			room *= 2;
			*list = realloc(*list, room * sizeof(**list));
		}
		sub.name = entry->d_name;
		sub.fd = openat(dirfd(dir), sub.name, O_DIRECTORY | O_CLOEXEC);
		sub.ret = dir_read(&sub, &(*list)[nr++]);
		close(sub.fd);
	}
	closedir(dir);
	if (sub.ret) {
		vma_dirs_free(*list, nr);
		return sub.ret;
	}
	qsort(*list, nr, sizeof(**list), by_start);
	return nr;
}

void vma_dirs_free(struct lens_vma *list, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		free((char *)list[i].path);
		free((char *)list[i].policy);
	}
	free(list);
}
