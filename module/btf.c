// SPDX-License-Identifier: GPL-2.0
/*
 * The running kernel's type information: where do the members lie of
 * structures that no header shows, or that differ between two point releases
 * of one series.
 *
 * The blob is the kernel's own, but it is parsed as if it came from anywhere:
 * every length and offset is checked before it is followed, and anonymous
 * nesting and type references are followed to a bounded depth.
 */
#include "btf.h"

#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <uapi/linux/btf.h>

#define BTF_PATH	"/sys/kernel/btf/vmlinux"
/* What is behind it in the header came later, and is not in what older compilers write. */
#define HEADER_LEN	offsetofend(struct btf_header, str_len)

#define MAX_BTF_SIZE	(256UL << 20)
#define MAX_DEPTH	32

/**
 * struct numalens_btf - a parsed copy of the kernel's BTF
 * @blob: the copy, in vmalloc space
 * @types: the type section in @blob
 * @types_len: its length in bytes
 * @strings: the string section in @blob, which ends in a NUL
 * @strings_len: its length in bytes
 * @types_at: offset in @types of every type id; [0] is void and unused
 * @nr_types: entries of @types_at
 * @last_name: the structure that was asked for last, in @strings
 * @last_id: the first type of that name
 * @last_nr: how many types have that name
 */
struct numalens_btf {
	void *blob;
	const u8 *types;
	u32 types_len;
	const char *strings;
	u32 strings_len;
	u32 *types_at;
	u32 nr_types;
	const char *last_name;
	u32 last_id;
	u32 last_nr;
};

/* What follows struct btf_type: `once`, and `each` vlen times. */
static const struct {
	bool known;
	u8 once;
	u8 each;
} trailers[] = {
	[BTF_KIND_INT]		= { true, sizeof(u32), 0 },
	[BTF_KIND_PTR]		= { true, 0, 0 },
	[BTF_KIND_ARRAY]	= { true, sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT]	= { true, 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION]	= { true, 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM]		= { true, 0, sizeof(struct btf_enum) },
	[BTF_KIND_FWD]		= { true, 0, 0 },
	[BTF_KIND_TYPEDEF]	= { true, 0, 0 },
	[BTF_KIND_VOLATILE]	= { true, 0, 0 },
	[BTF_KIND_CONST]	= { true, 0, 0 },
	[BTF_KIND_RESTRICT]	= { true, 0, 0 },
	[BTF_KIND_FUNC]		= { true, 0, 0 },
	[BTF_KIND_FUNC_PROTO]	= { true, 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR]		= { true, sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC]	= { true, 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_FLOAT]	= { true, 0, 0 },
	[BTF_KIND_DECL_TAG]	= { true, sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_TYPE_TAG]	= { true, 0, 0 },
	[BTF_KIND_ENUM64]	= { true, 0, sizeof(struct btf_enum64) },
};

/* Bytes of the type at @at, or an error if it does not fit in the section. */
static int type_len(const struct numalens_btf *btf, u32 at)
{
	const struct btf_type *type;
	u32 kind;
	u64 len;

	if (btf->types_len - at < sizeof(*type))
		return -EINVAL;
	type = (const struct btf_type *)(btf->types + at);
	kind = BTF_INFO_KIND(type->info);
	if (kind >= ARRAY_SIZE(trailers) || !trailers[kind].known)
		return -EOPNOTSUPP;

	len = sizeof(*type) + trailers[kind].once +
	      (u64)trailers[kind].each * BTF_INFO_VLEN(type->info);
	if (len > btf->types_len - at || len > INT_MAX)
		return -EINVAL;
	return len;
}

static const struct btf_type *type_get(const struct numalens_btf *btf, u32 id)
{
	if (!id || id >= btf->nr_types)
		return NULL;
	return (const struct btf_type *)(btf->types + btf->types_at[id]);
}

static const char *name_get(const struct numalens_btf *btf, u32 at)
{
	return at < btf->strings_len ? btf->strings + at : "";
}

static int types_index(struct numalens_btf *btf)
{
	u32 at, nr = 1;
	int len;

	for (at = 0; at < btf->types_len; at += len, nr++) {
		len = type_len(btf, at);
		if (len < 0)
			return len;
	}

	btf->types_at = kvmalloc_array(nr, sizeof(*btf->types_at), GFP_KERNEL);
	if (!btf->types_at)
		return -ENOMEM;
	btf->types_at[0] = 0;
	btf->nr_types = 1;
	for (at = 0; at < btf->types_len; at += type_len(btf, at))
		btf->types_at[btf->nr_types++] = at;
	return 0;
}

/* @off and @len as the header has them: relative to the end of the header. */
static const void *section_get(const struct btf_header *header, size_t size,
			       u32 off, u32 len)
{
	u64 start = (u64)header->hdr_len + off;

	if (!len || start > size || len > size - start)
		return NULL;
	return (const u8 *)header + start;
}

static int blob_parse(struct numalens_btf *btf, size_t size)
{
	const struct btf_header *header = btf->blob;

	if (size < sizeof(*header) || header->magic != BTF_MAGIC ||
	    header->version != BTF_VERSION ||
	    header->hdr_len < HEADER_LEN ||
	    !IS_ALIGNED(header->hdr_len + header->type_off, sizeof(u32)))
		return -EINVAL;

	btf->types = section_get(header, size, header->type_off,
				 header->type_len);
	btf->strings = section_get(header, size, header->str_off,
				   header->str_len);
	if (!btf->types || !btf->strings ||
	    btf->strings[header->str_len - 1])
		return -EINVAL;
	btf->types_len = header->type_len;
	btf->strings_len = header->str_len;
	return types_index(btf);
}

static int file_read(struct file *file, void *buf, size_t size)
{
	loff_t pos = 0;
	ssize_t len;

	while (pos < size) {
		len = kernel_read(file, buf + pos, size - pos, &pos);
		if (len <= 0)
			return len ?: -EIO;
	}
	return 0;
}

/*
 * Not by kernel_read_file(): it is for what the kernel is to trust, and LSMs ask which of
 * that it is; IPE warns of a file that is none of it.
 */
static int blob_read(struct numalens_btf *btf, size_t *size)
{
	struct file *file = filp_open(BTF_PATH, O_RDONLY, 0);
	loff_t len;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = i_size_read(file_inode(file));
	err = len > 0 && len <= MAX_BTF_SIZE ? 0 : -EINVAL;
	btf->blob = err ? NULL : vmalloc(len);
	if (btf->blob)
		err = file_read(file, btf->blob, len);
	else if (!err)
		err = -ENOMEM;
	filp_close(file, NULL);
	*size = len;
	return err;
}

/**
 * numalens_btf_open() - read the running kernel's BTF
 * @btf: where to store the handle, for numalens_btf_close()
 *
 * Takes a few MiB until it is closed: ask, then close.
 *
 * Return: 0, -ENOENT on a kernel without BTF, -EINVAL or -EOPNOTSUPP if it
 * can't be understood, or another negative errno.
 */
int numalens_btf_open(struct numalens_btf **btf)
{
	struct numalens_btf *new;
	size_t size;
	int err;

	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	err = blob_read(new, &size);
	if (!err)
		err = blob_parse(new, size);
	if (err) {
		vfree(new->blob);
		kfree(new);
		return err;
	}
	*btf = new;
	return 0;
}

/**
 * numalens_btf_close() - release what numalens_btf_open() took
 * @btf: the handle
 */
void numalens_btf_close(struct numalens_btf *btf)
{
	kvfree(btf->types_at);
	vfree(btf->blob);
	kfree(btf);
}

static bool is_struct_named(const struct numalens_btf *btf, u32 id,
			    const char *name)
{
	const struct btf_type *type = type_get(btf, id);

	return BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT &&
	       !strcmp(name_get(btf, type->name_off), name);
}

/* Several members of one structure are asked for in a row: search once. */
static int struct_find(struct numalens_btf *btf, const char *name)
{
	u32 id, nr = 0, first = 0;

	if (btf->last_name && !strcmp(btf->last_name, name))
		return 0;
	for (id = 1; id < btf->nr_types; id++) {
		if (!is_struct_named(btf, id, name))
			continue;
		if (!nr++)
			first = id;
	}
	if (!nr)
		return -ENOENT;
	btf->last_name = name_get(btf, type_get(btf, first)->name_off);
	btf->last_id = first;
	btf->last_nr = nr;
	return 0;
}

static int type_size(const struct numalens_btf *btf, u32 id, u32 *size, u32 *nr)
{
	const struct btf_type *type;
	const struct btf_array *array;
	int depth;

	*nr = 1;
	for (depth = 0; depth < MAX_DEPTH; depth++) {
		type = type_get(btf, id);
		if (!type)
			return -EINVAL;
		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_PTR:
			if (check_mul_overflow(*nr, (u32)sizeof(void *), size))
				return -EINVAL;
			return 0;
		case BTF_KIND_INT:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_FLOAT:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			if (check_mul_overflow(*nr, type->size, size))
				return -EINVAL;
			return 0;
		case BTF_KIND_ARRAY:
			array = (const struct btf_array *)(type + 1);
			if (check_mul_overflow(*nr, array->nelems, nr))
				return -EINVAL;
			id = array->type;
			break;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			id = type->type;
			break;
		default:
			return -EINVAL;
		}
	}
	return -ELOOP;
}

static int member_find(const struct numalens_btf *btf, u32 id,
		       const char *name, u32 base, int depth,
		       struct numalens_btf_member *found);

static int member_match(const struct numalens_btf *btf,
			const struct btf_type *type,
			const struct btf_member *member, const char *name,
			u32 base, int depth, struct numalens_btf_member *found)
{
	const char *member_name = name_get(btf, member->name_off);
	u32 bits = member->offset;
	bool is_bitfield = false;

	if (BTF_INFO_KFLAG(type->info)) {
		bits = BTF_MEMBER_BIT_OFFSET(member->offset);
		is_bitfield = BTF_MEMBER_BITFIELD_SIZE(member->offset);
	}

	if (!*member_name)
		return is_bitfield ? -ENOENT :
		       member_find(btf, member->type, name, base + bits / 8,
				   depth + 1, found);
	if (strcmp(member_name, name))
		return -ENOENT;
	/* A bitfield has no address of its own. */
	if (is_bitfield || bits % 8)
		return -EOPNOTSUPP;
	found->offset = base + bits / 8;
	return type_size(btf, member->type, &found->size, &found->nr);
}

static int member_find(const struct numalens_btf *btf, u32 id,
		       const char *name, u32 base, int depth,
		       struct numalens_btf_member *found)
{
	const struct btf_type *type = type_get(btf, id);
	const struct btf_member *members;
	u32 i, kind;
	int err;

	if (!type || depth > MAX_DEPTH)
		return -EINVAL;
	kind = BTF_INFO_KIND(type->info);
	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
		return -ENOENT;

	members = (const struct btf_member *)(type + 1);
	for (i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		err = member_match(btf, type, &members[i], name, base, depth,
				   found);
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

/**
 * numalens_btf_struct_size() - size of a structure in the running kernel
 * @btf: the handle
 * @name: its tag
 *
 * Return: bytes, -ENOENT if there is none, -ENOTUNIQ if several structures
 * of that name differ in size.
 */
int numalens_btf_struct_size(struct numalens_btf *btf, const char *name)
{
	u32 id, size;
	int err;

	err = struct_find(btf, name);
	if (err)
		return err;
	size = type_get(btf, btf->last_id)->size;
	for (id = btf->last_id + 1; btf->last_nr > 1 && id < btf->nr_types; id++)
		if (is_struct_named(btf, id, name) &&
		    type_get(btf, id)->size != size)
			return -ENOTUNIQ;
	return size <= INT_MAX ? size : -EINVAL;
}

/**
 * numalens_btf_member() - find a member of a structure
 * @btf: the handle
 * @name: the structure's tag
 * @member: the member's name
 * @found: filled in on success
 *
 * Unrelated structures may share a tag, and BTF may hold one structure twice
 * where its de-duplication gave up. Any of them will do as long as all that
 * have the member agree on where it is.
 *
 * Return: 0, -ENOENT if there is no such structure or member, -ENOTUNIQ if
 * it can't be told which one is meant, -EOPNOTSUPP if it is a bitfield,
 * -EINVAL or -ELOOP if the BTF is damaged.
 */
int numalens_btf_member(struct numalens_btf *btf, const char *name,
			const char *member, struct numalens_btf_member *found)
{
	struct numalens_btf_member other;
	bool is_found = false;
	u32 id;
	int err;

	err = struct_find(btf, name);
	if (err)
		return err;
	for (id = btf->last_id; id < btf->nr_types; id++) {
		if (!is_struct_named(btf, id, name))
			continue;
		err = member_find(btf, id, member, 0, 0,
				  is_found ? &other : found);
		if (err && err != -ENOENT)
			return err;
		if (!err && is_found &&
		    memcmp(found, &other, sizeof(other)))
			return -ENOTUNIQ;
		is_found |= !err;
		if (btf->last_nr == 1)
			break;
	}
	return is_found ? 0 : -ENOENT;
}

/**
 * numalens_btf_member_offset() - byte offset of a structure's member
 * @btf: the handle
 * @name: the structure's tag
 * @member: the member's name
 *
 * Return: the offset, or as numalens_btf_member().
 */
int numalens_btf_member_offset(struct numalens_btf *btf, const char *name,
			       const char *member)
{
	struct numalens_btf_member found;
	int err = numalens_btf_member(btf, name, member, &found);

	if (err)
		return err;
	return found.offset <= INT_MAX ? found.offset : -EINVAL;
}
