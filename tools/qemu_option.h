/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QEMU_OPTION_H
#define NUMALENS_QEMU_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct numalens_qemu_option - the argument of an option of QEMU's
 * @keys: names of its properties; one that is a list stands there once for each member
 * @values: their values
 * @nr: their count
 */
struct numalens_qemu_option {
	char **keys;
	char **values;
	size_t nr;
};

void numalens_qemu_option_parse(struct numalens_qemu_option *option, const char *text,
				const char *implied);
void numalens_qemu_option_free(struct numalens_qemu_option *option);
const char *numalens_qemu_option_get(const struct numalens_qemu_option *option, const char *key);
bool numalens_qemu_option_is_on(const struct numalens_qemu_option *option, const char *key);
uint64_t numalens_qemu_option_number(const struct numalens_qemu_option *option, const char *key,
				     uint64_t missing);
uint64_t numalens_qemu_option_size(const char *text, char unit);

#endif /* NUMALENS_QEMU_OPTION_H */
