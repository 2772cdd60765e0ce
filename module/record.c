// SPDX-License-Identifier: GPL-2.0
/*
 * The record of one VMA: what it is, which policy rules it, what it holds.
 */
#include "record.h"

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/path.h>

#include "scan.h"

/* What a VMA costs beside its pages (policy, path, record), in entries. */
#define VMA_COST	64

/*
 * How long a path is, up to PATH_MAX, is up to whoever maps the file. All are kept as long
 * as strings are not longer than MEAN_CHARS a VMA, and SPARE_CHARS on the whole.
 */
#define MEAN_CHARS	256
#define SPARE_CHARS	(1024 * 1024)

static enum numalens_vma_kind kind_of(struct vm_area_struct *vma)
{
	if (is_vm_hugetlb_page(vma))
		return NUMALENS_KIND_HUGETLB;
	if (vma_is_anonymous(vma))
		return NUMALENS_KIND_ANON;
	if (!vma->vm_file || (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP)))
		return NUMALENS_KIND_SPECIAL;
	if (file_inode(vma->vm_file)->i_sb->s_magic == TMPFS_MAGIC)
		return NUMALENS_KIND_SHMEM;
	return NUMALENS_KIND_FILE;
}

static u32 perms_of(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? NUMALENS_PERM_READ : 0) |
	       (vma->vm_flags & VM_WRITE ? NUMALENS_PERM_WRITE : 0) |
	       (vma->vm_flags & VM_EXEC ? NUMALENS_PERM_EXEC : 0) |
	       (vma->vm_flags & VM_MAYSHARE ? NUMALENS_PERM_SHARED : 0);
}

/* As /proc/PID/maps names what has no file. */
static const char *name_of(struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_ops && vma->vm_ops->name)
		return vma->vm_ops->name(vma) ?: "";
	if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
		return "[heap]";
	if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
		return "[stack]";
#ifdef CONFIG_ANON_VMA_NAME
	if (vma->anon_name)
		return vma->anon_name->name;
#endif
	return "";
}

static bool path_fits(const struct numalens_draft *draft)
{
	return draft->nr_chars < SPARE_CHARS + (u64)MEAN_CHARS * draft->header.nr_vmas;
}

static u32 path_of(struct numalens_scan *scan, struct vm_area_struct *vma)
{
	const struct path *path;
	const char *text;

	if (!vma->vm_file)
		return numalens_draft_string(&scan->draft, name_of(vma));
	path = file_user_path(vma->vm_file);
	if (path_equal(path, &scan->path))
		return scan->path_string;
	if (!path_fits(&scan->draft))
		return 0;

	text = d_path(path, scan->buf, PATH_MAX);
	if (IS_ERR(text))
		text = "";
	scan->path = *path;
	scan->path_string = numalens_draft_string(&scan->draft, text);
	return scan->path_string;
}

static u32 policy_of(struct numalens_scan *scan, struct vm_area_struct *vma, u32 *source)
{
	struct numalens_policy policy;

	if (!numalens_policy_of_vma(&policy, vma)) {
		*source = scan->task_policy.source;
		return scan->task_policy_string;
	}

	*source = policy.source;
	if (!numalens_policy_equal(&policy, &scan->policy)) {
		numalens_policy_print(&policy, scan->buf, NUMALENS_POLICY_LEN);
		scan->policy = policy;
		scan->policy_string = numalens_draft_string(&scan->draft, scan->buf);
	}
	return scan->policy_string;
}

/**
 * numalens_record_open - begin the record of a VMA
 * @scan: the scan, with room in its draft
 * @vma: the VMA
 *
 * Context: mmap_lock held for read.
 */
void numalens_record_open(struct numalens_scan *scan, struct vm_area_struct *vma)
{
	struct numalens_vma *record = numalens_draft_add_vma(&scan->draft);

	record->start = max(vma->vm_start, scan->addr);
	record->page_size = is_vm_hugetlb_page(vma) ? huge_page_size(hstate_vma(vma)) : PAGE_SIZE;
	record->kind = kind_of(vma);
	record->perms = perms_of(vma);
	record->path = path_of(scan, vma);
	record->policy = policy_of(scan, vma, &record->policy_source);

	scan->vma_start = vma->vm_start;
	scan->vma_is_open = true;
	scan->walk.budget -= VMA_COST;
	numalens_walk_clear(&scan->walk);
}

/* Resident pages of kinds that hold only, or never, anonymous ones need no look. */
static u64 anon_of(const struct numalens_counts *counts, u32 kind, int nid)
{
	if (kind == NUMALENS_KIND_ANON)
		return counts->pages[nid];
	return kind == NUMALENS_KIND_HUGETLB ? 0 : counts->anon[nid];
}

/**
 * numalens_record_close - end the record that is open, where the scan has come to
 * @scan: the scan
 */
void numalens_record_close(struct numalens_scan *scan)
{
	struct numalens_snapshot_header *header = &scan->draft.header;
	struct numalens_vma *record = numalens_draft_vma(&scan->draft, header->nr_vmas - 1);
	const struct numalens_counts *counts = &scan->walk.counts;
	u64 *pages = numalens_vma_array(header, record, NUMALENS_VMA_PAGES);
	u64 *anon = numalens_vma_array(header, record, NUMALENS_VMA_ANON);
	u64 *thp = numalens_vma_array(header, record, NUMALENS_VMA_THP);
	u64 size, used = counts->zero + counts->swap + counts->migrating + counts->uncounted;
	u32 i;

	record->end = scan->addr;
	record->zero = counts->zero;
	record->swap = counts->swap;
	record->migrating = counts->migrating;
	for (i = 0; i < header->nr_nodes; i++) {
		int nid = scan->draft.nids[i];

		pages[i] = counts->pages[nid];
		anon[i] = anon_of(counts, record->kind, nid);
		thp[i] = counts->thp[nid];
		used += pages[i];
	}

	/* Of a device's mapping nothing is known; entries may change while they are read. */
	size = (record->end - record->start) >> PAGE_SHIFT;
	if (record->kind != NUMALENS_KIND_SPECIAL && used < size)
		record->untouched = size - used;
	scan->vma_is_open = false;
}
