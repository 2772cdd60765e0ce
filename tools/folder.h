/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FOLDER_H
#define NUMALENS_FOLDER_H

#include <stddef.h>

int numalens_folder_prepare(const char *path);
int numalens_folder_write(const char *path, const char *name, const char *text, size_t len);

#endif /* NUMALENS_FOLDER_H */
