/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_WORD_H
#define NUMALENS_WORD_H

char *numalens_word(const char *text);

#endif /* NUMALENS_WORD_H */
