// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is there: a tool that prints one screen has no better answer to
 * a failed allocation than to say so and stop.
 */
#include "alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static void *check(void *p)
{
	if (!p)
		exit(numalens_error(NUMALENS_FAILED, "out of memory"));
	return p;
}

/**
 * numalens_alloc() - allocate a zeroed array
 * @nr: members
 * @size: bytes of a member
 *
 * Return: the array, never NULL.
 */
void *numalens_alloc(size_t nr, size_t size)
{
	return check(calloc(nr ? nr : 1, size));
}

/**
 * numalens_realloc() - change the size of an array
 * @old: what to grow, or NULL
 * @nr: members
 * @size: bytes of a member
 *
 * Return: the array, never NULL; new members are not initialised.
 */
void *numalens_realloc(void *old, size_t nr, size_t size)
{
	return check(reallocarray(old, nr ? nr : 1, size));
}

/**
 * numalens_strdup() - copy a string
 * @text: string to copy
 *
 * Return: the copy, never NULL.
 */
char *numalens_strdup(const char *text)
{
	return check(strdup(text));
}

/**
 * numalens_strf() - print to a new string
 * @fmt: as for printf()
 *
 * Return: the string, never NULL.
 */
char *numalens_strf(const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	return check(len < 0 ? NULL : text);
}

/**
 * numalens_append() - print behind a string
 * @text: string; it moves
 * @fmt: as for printf()
 */
void numalens_append(char **text, const char *fmt, ...)
{
	char *more, *both;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vasprintf(&more, fmt, args);
	va_end(args);
	check(len < 0 ? NULL : more);
	both = numalens_strf("%s%s", *text, more);
	free(more);
	free(*text);
	*text = both;
}
