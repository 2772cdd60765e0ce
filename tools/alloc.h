/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_ALLOC_H
#define NUMALENS_ALLOC_H

#include <stddef.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

void *numalens_alloc(size_t nr, size_t size);
void *numalens_realloc(void *old, size_t nr, size_t size);
char *numalens_strdup(const char *text);
char *numalens_strf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void numalens_append(char **text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* NUMALENS_ALLOC_H */
