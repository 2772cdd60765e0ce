/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FILE_H
#define NUMALENS_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stat;

/**
 * struct numalens_dir - a directory below the sysroot
 * @path: full path, sysroot included
 */
struct numalens_dir {
	char path[PATH_MAX];
};

void numalens_file_sysroot_set(const char *sysroot);
bool numalens_file_is_live(void);
int numalens_file_write_all(int fd, const void *data, size_t len);
void numalens_dir_set(struct numalens_dir *dir, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool numalens_dir_is_module(const struct numalens_dir *dir);
int numalens_dir_open(const struct numalens_dir *dir, const char *name, int flags);
bool numalens_dir_has(const struct numalens_dir *dir, const char *name);
int numalens_dir_stat(const struct numalens_dir *dir, const char *name, struct stat *status);
int numalens_dir_link(const struct numalens_dir *dir, const char *name, char **target);
int numalens_dir_resolve(const struct numalens_dir *dir, const char *name, char **path);
int numalens_dir_read(const struct numalens_dir *dir, const char *name, char **text);
int numalens_dir_read_words(const struct numalens_dir *dir, const char *name, char ***words,
			    size_t *nr);
int numalens_dir_read_u64(const struct numalens_dir *dir, const char *name, uint64_t *value);
int numalens_dir_read_u64s(const struct numalens_dir *dir, const char *name,
			   uint64_t **values, size_t *nr);
int numalens_dir_write(const struct numalens_dir *dir, const char *name, const char *value);
int numalens_dir_names(const struct numalens_dir *dir, char ***names, size_t *nr);
void numalens_dir_names_free(char **names, size_t nr);
int numalens_dir_ids(const struct numalens_dir *dir, const char *prefix,
		     unsigned int **ids, size_t *nr);

#endif /* NUMALENS_FILE_H */
