// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /sys and /proc, below --sysroot where one is given.
 *
 * Functions return 0 or a negative errno; -EBADMSG stands for contents that
 * are not what the file promises. None of them prints.
 */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "number.h"

/* /proc/cpuinfo of a large machine is the largest text that is read. */
#define MAX_TEXT	(16U << 20)

static const char *root = "";

/**
 * numalens_file_sysroot_set() - read another machine's files
 * @sysroot: directory that holds its sys and proc
 */
void numalens_file_sysroot_set(const char *sysroot)
{
	root = sysroot;
}

/**
 * numalens_file_is_live() - are these files this machine's own?
 *
 * Return: false for a captured tree, whose clock is not ours.
 */
bool numalens_file_is_live(void)
{
	return !*root;
}

/**
 * numalens_dir_set() - name a directory
 * @dir: directory to name
 * @fmt: path without a leading slash, as for printf()
 */
void numalens_dir_set(struct numalens_dir *dir, const char *fmt, ...)
{
	int len = snprintf(dir->path, sizeof(dir->path), "%s/", root);
	va_list args;

	if (len < 0 || (size_t)len >= sizeof(dir->path))
		len = 0;
	va_start(args, fmt);
	vsnprintf(dir->path + len, sizeof(dir->path) - len, fmt, args);
	va_end(args);
}

/**
 * numalens_dir_is_module() - is it the module's?
 * @dir: directory
 *
 * Return: true if the module makes the directory.
 */
bool numalens_dir_is_module(const struct numalens_dir *dir)
{
	static const char own[] = "/sys/kernel/numalens";

	return !strncmp(dir->path + strlen(root), own, sizeof(own) - 1);
}

static int path_of(char *path, const struct numalens_dir *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir->path, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

/**
 * numalens_dir_open() - open a file
 * @dir: directory
 * @name: file
 * @flags: as for open(2)
 *
 * Return: a descriptor or a negative errno.
 */
int numalens_dir_open(const struct numalens_dir *dir, const char *name, int flags)
{
	char path[PATH_MAX];
	int fd = path_of(path, dir, name);

	if (fd)
		return fd;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * numalens_dir_has() - is there such a file?
 * @dir: directory
 * @name: file or directory in it, "" for the directory itself
 *
 * Return: true if there is, readable or not.
 */
bool numalens_dir_has(const struct numalens_dir *dir, const char *name)
{
	char path[PATH_MAX];

	if (!*name)
		return !access(dir->path, F_OK);
	return !path_of(path, dir, name) && !access(path, F_OK);
}

/**
 * numalens_dir_stat() - what kind of file is it?
 * @dir: directory
 * @name: file; of a symbolic link, what it leads to
 * @status: gets it
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_stat(const struct numalens_dir *dir, const char *name, struct stat *status)
{
	char path[PATH_MAX];
	int ret = path_of(path, dir, name);

	if (!ret && stat(path, status))
		ret = -errno;
	return ret;
}

/**
 * numalens_dir_link() - read a symbolic link
 * @dir: directory
 * @name: link
 * @target: gets what it says; free() it
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_link(const struct numalens_dir *dir, const char *name, char **target)
{
	char path[PATH_MAX], text[PATH_MAX];
	int ret = path_of(path, dir, name);
	ssize_t len;

	*target = NULL;
	if (ret)
		return ret;
	len = readlink(path, text, sizeof(text) - 1);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	*target = numalens_strdup(text);
	return 0;
}

/**
 * numalens_dir_resolve() - find where a file really is
 * @dir: directory
 * @name: file or directory, in which and before which there may be symbolic links
 * @path: gets the path without any, as numalens_dir_set() takes it; free() it
 *
 * Return: 0, -EXDEV if it leads out of a captured tree, or a negative errno.
 */
int numalens_dir_resolve(const struct numalens_dir *dir, const char *name, char **path)
{
	char full[PATH_MAX];
	char *real = NULL, *top = NULL;
	int ret = path_of(full, dir, name);
	size_t len;

	*path = NULL;
	if (ret)
		return ret;
	real = realpath(full, NULL);
	top = real ? realpath(*root ? root : "/", NULL) : NULL;
	if (!top) {
		ret = -errno;
	} else {
		len = strcmp(top, "/") ? strlen(top) : 0;
		if (strncmp(real, top, len) || real[len] != '/')
			ret = -EXDEV;
		else
			*path = numalens_strdup(real + len + 1);
	}
	free(top);
	free(real);
	return ret;
}

static int read_all(int fd, char **text, size_t *len)
{
	size_t size = 4096;
	ssize_t got;

	*text = numalens_realloc(NULL, size, 1);
	*len = 0;
	while ((got = read(fd, *text + *len, size - *len - 1)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		*len += got;
		if (*len >= MAX_TEXT)
			return -EFBIG;
		if (*len + 1 == size) {
			size *= 2;
			*text = numalens_realloc(*text, size, 1);
		}
	}
	return 0;
}

/**
 * numalens_dir_read_words() - read a file of texts that NULs end, as cmdline is
 * @dir: directory
 * @name: file
 * @words: gets the texts; numalens_dir_names_free() them
 * @nr: gets their count
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_read_words(const struct numalens_dir *dir, const char *name, char ***words,
			    size_t *nr)
{
	int fd = numalens_dir_open(dir, name, O_RDONLY);
	size_t len, at;
	char *text;
	int ret;

	*words = NULL;
	*nr = 0;
	if (fd < 0)
		return fd;
	ret = read_all(fd, &text, &len);
	close(fd);
	/* A process that wrote over its own arguments may have left no NUL at the end. */
	if (!ret)
		text[len] = '\0';
	for (at = 0; !ret && at < len; at += strlen(text + at) + 1) {
		*words = numalens_realloc(*words, *nr + 1, sizeof(**words));
		(*words)[(*nr)++] = numalens_strdup(text + at);
	}
	free(text);
	return ret;
}

/**
 * numalens_dir_read() - read a file of text
 * @dir: directory
 * @name: file
 * @text: gets the text without the last newline; free() it. /proc writes
 *	arguments with NULs between: they become spaces
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_read(const struct numalens_dir *dir, const char *name, char **text)
{
	int fd = numalens_dir_open(dir, name, O_RDONLY);
	size_t len, i;
	int ret;

	*text = NULL;
	if (fd < 0)
		return fd;
	ret = read_all(fd, text, &len);
	close(fd);
	if (ret) {
		free(*text);
		*text = NULL;
		return ret;
	}
	while (len && ((*text)[len - 1] == '\n' || !(*text)[len - 1]))
		len--;
	for (i = 0; i < len; i++)
		if (!(*text)[i])
			(*text)[i] = ' ';
	(*text)[len] = '\0';
	return 0;
}

/**
 * numalens_dir_read_u64s() - read a file of numbers
 * @dir: directory
 * @name: file
 * @values: gets the numbers; free() it
 * @nr: gets their count
 *
 * Return: 0, -EBADMSG if there is anything but numbers, or a negative errno.
 */
int numalens_dir_read_u64s(const struct numalens_dir *dir, const char *name,
			   uint64_t **values, size_t *nr)
{
	char *text, *word, *rest;
	int ret = numalens_dir_read(dir, name, &text);

	*values = NULL;
	*nr = 0;
	if (ret)
		return ret;
	for (rest = text; !ret && (word = strsep(&rest, " \t"));) {
		if (!*word)
			continue;
		*values = numalens_realloc(*values, *nr + 1, sizeof(**values));
		ret = numalens_number_parse(word, &(*values)[*nr]);
		++*nr;
	}
	free(text);
	if (ret) {
		free(*values);
		*values = NULL;
		*nr = 0;
	}
	return ret;
}

/**
 * numalens_dir_read_u64() - read a file of one number
 * @dir: directory
 * @name: file
 * @value: gets the number, decimal or 0x…
 *
 * Return: 0, -EBADMSG if it is not one number, or a negative errno.
 */
int numalens_dir_read_u64(const struct numalens_dir *dir, const char *name, uint64_t *value)
{
	uint64_t *values;
	size_t nr;
	int ret = numalens_dir_read_u64s(dir, name, &values, &nr);

	if (!ret && nr != 1)
		ret = -EBADMSG;
	if (!ret)
		*value = values[0];
	free(values);
	return ret;
}

/**
 * numalens_file_write_all() - write to a file, however many pieces that takes
 * @fd: descriptor
 * @data: what to write
 * @len: bytes of it
 *
 * Return: 0 or an errno.
 */
int numalens_file_write_all(int fd, const void *data, size_t len)
{
	const char *from = data;

	while (len) {
		ssize_t done = write(fd, from, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		from += done;
		len -= done;
	}
	return 0;
}

/**
 * numalens_dir_write() - write to a file that is there
 * @dir: directory
 * @name: file
 * @value: what to write, in one write(2)
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_write(const struct numalens_dir *dir, const char *name, const char *value)
{
	int fd = numalens_dir_open(dir, name, O_WRONLY);
	size_t len = strlen(value);
	ssize_t put;
	int ret = 0;

	if (fd < 0)
		return fd;
	put = write(fd, value, len);
	if (put < 0)
		ret = -errno;
	else if ((size_t)put != len)
		ret = -EIO;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char * const *)a, *(char * const *)b);
}

/**
 * numalens_dir_names() - list a directory
 * @dir: directory
 * @names: gets the names, sorted, hidden ones left out
 * @nr: gets their count
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_names(const struct numalens_dir *dir, char ***names, size_t *nr)
{
	DIR *d = opendir(dir->path);
	struct dirent *entry;

	*names = NULL;
	*nr = 0;
	if (!d)
		return -errno;
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		*names = numalens_realloc(*names, *nr + 1, sizeof(**names));
		(*names)[(*nr)++] = numalens_strdup(entry->d_name);
	}
	closedir(d);
	if (*nr)
		qsort(*names, *nr, sizeof(**names), by_name);
	return 0;
}

/**
 * numalens_dir_names_free() - free what numalens_dir_names() gave
 * @names: the names
 * @nr: their count
 */
void numalens_dir_names_free(char **names, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		free(names[i]);
	free(names);
}

static int by_id(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

/**
 * numalens_dir_ids() - list the numbered entries of a directory
 * @dir: directory
 * @prefix: what stands before the number: "cpu", "node", ""
 * @ids: gets the numbers, ascending; free() it
 * @nr: gets their count
 *
 * Return: 0 or a negative errno.
 */
int numalens_dir_ids(const struct numalens_dir *dir, const char *prefix,
		     unsigned int **ids, size_t *nr)
{
	size_t len = strlen(prefix), nr_names, i;
	char **names;
	int ret = numalens_dir_names(dir, &names, &nr_names);

	*ids = NULL;
	*nr = 0;
	if (ret)
		return ret;
	*ids = numalens_alloc(nr_names, sizeof(**ids));
	for (i = 0; i < nr_names; i++) {
		uint64_t id;

		if (strncmp(names[i], prefix, len) ||
		    numalens_number_parse_decimal(names[i] + len, &id) || id > INT_MAX)
			continue;
		(*ids)[(*nr)++] = id;
	}
	numalens_dir_names_free(names, nr_names);
	qsort(*ids, *nr, sizeof(**ids), by_id);
	return 0;
}
