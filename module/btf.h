/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_BTF_H
#define _NUMALENS_BTF_H

#include <linux/types.h>

struct numalens_btf;

/**
 * struct numalens_btf_member - where a structure's member lies
 * @offset: in bytes from the start of the structure, through any anonymous
 *          structures and unions around the member
 * @size: in bytes; 0 for a flexible array
 * @nr: elements of an array, 1 for anything else
 */
struct numalens_btf_member {
	u32 offset;
	u32 size;
	u32 nr;
};

int numalens_btf_open(struct numalens_btf **btf);
void numalens_btf_close(struct numalens_btf *btf);
int numalens_btf_struct_size(struct numalens_btf *btf, const char *name);
int numalens_btf_member(struct numalens_btf *btf, const char *name,
			const char *member, struct numalens_btf_member *found);
int numalens_btf_member_offset(struct numalens_btf *btf, const char *name,
			       const char *member);

#endif /* _NUMALENS_BTF_H */
