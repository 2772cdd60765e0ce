/* SPDX-License-Identifier: GPL-2.0 */
/* Whole files at once, errors as -errno. */
#ifndef SELFTESTS_TEXT_H
#define SELFTESTS_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * text_read - read a file to its end
 * @path: the file
 * @len: bytes read, may be NULL
 *
 * Return: the content with a NUL behind it, for free(); NULL with errno set.
 */
char *text_read(const char *path, size_t *len);

/** text_write - one write(2); 0, or -errno; a short write is -EIO */
int text_write(const char *path, const void *data, size_t len);

/** text_puts - text_write() of a string */
int text_puts(const char *path, const char *text);

/** text_number - the number that a file holds; 0, or -errno */
int text_number(const char *path, uint64_t *value);

/** text_field - the number behind "key" in a text of lines "key: number" */
int text_field(const char *text, const char *key, uint64_t *value);

/** text_chomp - cut trailing newlines off, in place */
char *text_chomp(char *text);

/** now_ns - CLOCK_MONOTONIC */
uint64_t now_ns(void);

/** sleep_ms - sleep, whatever signals come */
void sleep_ms(unsigned int ms);

/**
 * patience - by how much to multiply limits in time
 *
 * Return: $NUMALENS_PATIENCE, as set where the kernel checks itself; else 1.
 */
unsigned int patience(void);

#endif
