/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_NUMBER_H
#define NUMALENS_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ids above it are no node's and no CPU's on any kernel. */
#define NUMALENS_MAX_ID		65535

/**
 * struct numalens_list - set of node or CPU ids
 * @bits: one bit an id
 * @nr: ids in the set
 */
struct numalens_list {
	uint8_t bits[(NUMALENS_MAX_ID + 1) / 8];
	unsigned int nr;
};

int numalens_number_parse(const char *text, uint64_t *value);
int numalens_number_parse_decimal(const char *text, uint64_t *value);
int numalens_number_parse_top(const char *text, size_t *nr);
int numalens_number_parse_seconds(const char *text, uint64_t *ns);
int numalens_list_parse(struct numalens_list *list, const char *text);
void numalens_list_add(struct numalens_list *list, unsigned int id);
void numalens_list_add_all(struct numalens_list *list, const struct numalens_list *other);
bool numalens_list_has(const struct numalens_list *list, unsigned int id);
bool numalens_list_is_within(const struct numalens_list *list, const struct numalens_list *other);
bool numalens_list_meets(const struct numalens_list *list, const struct numalens_list *other);
char *numalens_list_format(const struct numalens_list *list);

#endif /* NUMALENS_NUMBER_H */
