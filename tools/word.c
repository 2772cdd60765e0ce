// SPDX-License-Identifier: GPL-2.0
/*
 * Words of lines that are made to be copied into a shell.
 */
#include "word.h"

#include <string.h>

#include "alloc.h"

#define PLAIN	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.:/@,="

/**
 * numalens_word() - quote a text so that a shell reads it as one word
 * @text: text
 *
 * Return: the word, as it was if nothing in it takes quotes; free() it.
 */
char *numalens_word(const char *text)
{
	char *word;

	if (*text && strspn(text, PLAIN) == strlen(text))
		return numalens_strdup(text);
	word = numalens_strdup("'");
	for (; *text; text++)
		numalens_append(&word, *text == '\'' ? "'\\%c'" : "%c", *text);
	numalens_append(&word, "'");
	return word;
}
