/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_REPLACE_H
#define NUMALENS_REPLACE_H

#include <stdio.h>

/**
 * struct numalens_replace - a file that gets new contents, all at once
 * @path: the file
 * @temporary: what becomes it, beside it
 * @out: where to write
 */
struct numalens_replace {
	const char *path;
	char *temporary;
	FILE *out;
};

int numalens_replace_begin(struct numalens_replace *replace, const char *path);
int numalens_replace_end(struct numalens_replace *replace);

#endif /* NUMALENS_REPLACE_H */
