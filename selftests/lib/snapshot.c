// SPDX-License-Identifier: GPL-2.0
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "lens.h"

static int bad(const char *what, unsigned long long value)
{
	note("snapshot: %s (%llu)", what, value);
	return -EBADMSG;
}

static int raw_read(int fd, struct snapshot *snap)
{
	size_t size = 1 << 16;
	ssize_t n;

	snap->raw = malloc(size);
	snap->size = 0;
	while ((n = pread(fd, snap->raw + snap->size, size - snap->size,
			  snap->size)) > 0) {
		snap->size += n;
		if (snap->size == size) {
			size *= 2;
			snap->raw = realloc(snap->raw, size);
		}
	}
	return n < 0 ? -errno : 0;
}

static int section_check(const struct snapshot *snap, const char *name,
			 uint64_t offset, uint64_t size)
{
	if (offset % 4 || offset < snap->head.header_size ||
	    offset > snap->size || size > snap->size - offset)
		return bad(name, offset);
	return 0;
}

static int head_check(const struct snapshot *snap)
{
	const struct numalens_snapshot_header *head = &snap->head;
	uint64_t nodes = head->nr_nodes;
	int ret;

	if (head->magic != NUMALENS_SNAPSHOT_MAGIC)
		return bad("magic", head->magic);
	if (head->abi_version != NUMALENS_ABI_VERSION)
		return bad("abi_version", head->abi_version);
	if (head->size != snap->size)
		return bad("size is not the size of the file", head->size);
	if (head->header_size < sizeof(*head))
		return bad("header_size", head->header_size);
	if (!nodes || nodes > NODES_MAX)
		return bad("nr_nodes", nodes);
	if (head->nr_totals < NUMALENS_NR_TOTALS ||
	    head->nr_vma_arrays < NUMALENS_NR_VMA_ARRAYS)
		return bad("too few rows", head->nr_totals);
	if (head->vma_size < sizeof(struct numalens_vma) +
			     8 * nodes * head->nr_vma_arrays)
		return bad("vma_size", head->vma_size);
	if (head->page_size != (uint32_t)getpagesize())
		return bad("page_size", head->page_size);
	if (!memchr(head->comm, 0, sizeof(head->comm)))
		return bad("comm does not end", 0);
	ret = section_check(snap, "nodes_offset", head->nodes_offset, 4 * nodes);
	ret = ret ?: section_check(snap, "totals_offset", head->totals_offset,
				   8 * nodes * head->nr_totals);
	ret = ret ?: section_check(snap, "vmas_offset", head->vmas_offset,
				   (uint64_t)head->nr_vmas * head->vma_size);
	return ret ?: section_check(snap, "strings_offset",
				    head->strings_offset, 1);
}

static const char *string_at(const struct snapshot *snap, uint32_t offset)
{
	uint64_t at = snap->head.strings_offset + offset;

	return at < snap->size ? snap->raw + at : NULL;
}

static int vma_take(const struct snapshot *snap, size_t i, struct lens_vma *vma)
{
	const char *at = snap->raw + snap->head.vmas_offset +
			 i * snap->head.vma_size;
	size_t row = 8 * snap->head.nr_nodes;
	struct numalens_vma record;

	memcpy(&record, at, sizeof(record));
	vma->start = record.start;
	vma->end = record.end;
	vma->page_size = record.page_size;
	vma->zero = record.zero;
	vma->swap = record.swap;
	vma->migrating = record.migrating;
	vma->untouched = record.untouched;
	vma->remote_pages = record.remote_pages;
	vma->kind = record.kind;
	vma->source = record.policy_source;
	vma->perms = record.perms;
	vma->path = string_at(snap, record.path);
	vma->policy = string_at(snap, record.policy);
	/* the arrays lie at the end of a record, whatever its length */
	at += snap->head.vma_size - row * snap->head.nr_vma_arrays;
	memcpy(vma->pages, at + row * NUMALENS_VMA_PAGES, row);
	memcpy(vma->anon, at + row * NUMALENS_VMA_ANON, row);
	memcpy(vma->thp, at + row * NUMALENS_VMA_THP, row);
	if (!vma->path || !vma->policy)
		return bad("a string lies outside", i);
	if (vma->start >= vma->end || (i && vma[-1].end > vma->start))
		return bad("VMAs are not ascending and disjoint", i);
	if (vma->kind > NUMALENS_KIND_SPECIAL ||
	    vma->source > NUMALENS_SOURCE_VMA)
		return bad("kind or policy_source unknown", i);
	return 0;
}

static int take_apart(struct snapshot *snap)
{
	size_t i, row;
	int ret;

	if (snap->size < sizeof(snap->head))
		return bad("shorter than a header", snap->size);
	memcpy(&snap->head, snap->raw, sizeof(snap->head));
	ret = head_check(snap);
	if (ret)
		return ret;
	if (snap->raw[snap->size - 1] || snap->raw[snap->head.strings_offset])
		return bad("strings do not begin or end with NUL", snap->size);
	memcpy(snap->nodes, snap->raw + snap->head.nodes_offset,
	       4 * snap->head.nr_nodes);
	row = 8 * snap->head.nr_nodes;
	for (i = 0; i < NUMALENS_NR_TOTALS; i++)
		memcpy(snap->totals[i],
		       snap->raw + snap->head.totals_offset + i * row, row);
	snap->policy = string_at(snap, snap->head.policy);
	if (!snap->policy)
		return bad("policy lies outside", snap->head.policy);
	snap->nr_vmas = snap->head.nr_vmas;
	snap->vmas = calloc(snap->nr_vmas + 1, sizeof(*snap->vmas));
	for (i = 0; i < snap->nr_vmas && !ret; i++)
		ret = vma_take(snap, i, &snap->vmas[i]);
	return ret;
}

int snapshot_read_fd(int fd, struct snapshot *snap)
{
	int ret;

	memset(snap, 0, sizeof(*snap));
	ret = raw_read(fd, snap);
	if (!ret)
		ret = take_apart(snap);
	if (ret)
		snapshot_free(snap);
	return ret;
}

int snapshot_read(pid_t pid, struct snapshot *snap)
{
	int fd = open(lens_path(pid, "snapshot"), O_RDONLY | O_CLOEXEC);
	int ret;

	memset(snap, 0, sizeof(*snap));
	if (fd < 0)
		return -errno;
	ret = snapshot_read_fd(fd, snap);
	close(fd);
	return ret;
}

void snapshot_free(struct snapshot *snap)
{
	free(snap->raw);
	free(snap->vmas);
	memset(snap, 0, sizeof(*snap));
}

const struct lens_vma *snapshot_vma(const struct snapshot *snap, uint64_t start)
{
	size_t low = 0, high = snap->nr_vmas;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (snap->vmas[middle].start == start)
			return &snap->vmas[middle];
		if (snap->vmas[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int sum_check(const char *what, uint64_t sum, uint64_t total)
{
	if (sum == total)
		return 0;
	note("%s: the VMAs add up to %llu, the process has %llu", what,
	     (unsigned long long)sum, (unsigned long long)total);
	return 1;
}

/* The rows that exist for VMAs as well, and the row of resident pages. */
static int node_sums(const struct snapshot *snap, uint32_t col)
{
	uint64_t pages = 0, anon = 0, thp = 0, kinds = 0;
	size_t i;
	int ret;

	for (i = 0; i < snap->nr_vmas; i++) {
		const struct lens_vma *vma = &snap->vmas[i];

		pages += vma->pages[col];
		thp += vma->thp[col];
		if (vma->kind != NUMALENS_KIND_HUGETLB)
			anon += vma->anon[col];
	}
	for (i = NUMALENS_TOTAL_ANON; i <= NUMALENS_TOTAL_HUGETLB; i++)
		kinds += snap->totals[i][col];
	ret = sum_check("pages", pages, snap->totals[NUMALENS_TOTAL_PAGES][col]);
	ret += sum_check("anon", anon, snap->totals[NUMALENS_TOTAL_ANON][col]);
	ret += sum_check("thp", thp, snap->totals[NUMALENS_TOTAL_THP][col]);
	if (kinds != pages) {
		note("the kinds add up to %llu of %llu pages",
		     (unsigned long long)kinds, (unsigned long long)pages);
		ret++;
	}
	return ret;
}

/* Every page of the address space is in one place only. */
static int vma_adds_up(const struct lens_vma *vma, uint32_t nr_nodes)
{
	uint64_t all = vma->zero + vma->swap + vma->migrating + vma->untouched;
	uint32_t col;

	for (col = 0; col < nr_nodes; col++)
		all += vma->pages[col];
	/* what a device maps is neither counted nor untouched */
	if (vma->kind == NUMALENS_KIND_SPECIAL)
		return all <= (vma->end - vma->start) / getpagesize();
	return all == (vma->end - vma->start) / getpagesize();
}

int snapshot_sums(const struct snapshot *snap)
{
	uint64_t zero = 0, swap = 0, migrating = 0, untouched = 0;
	uint32_t col;
	int ret = 0;
	size_t i;

	for (col = 0; col < snap->head.nr_nodes; col++)
		ret += node_sums(snap, col);
	for (i = 0; i < snap->nr_vmas; i++) {
		const struct lens_vma *vma = &snap->vmas[i];

		zero += vma->zero;
		swap += vma->swap;
		migrating += vma->migrating;
		untouched += vma->untouched;
		if (!vma_adds_up(vma, snap->head.nr_nodes)) {
			note("%llx-%llx: its pages do not add up to its size",
			     (unsigned long long)vma->start,
			     (unsigned long long)vma->end);
			ret++;
		}
	}
	ret += sum_check("zero", zero, snap->head.zero);
	ret += sum_check("swap", swap, snap->head.swap);
	ret += sum_check("migrating", migrating, snap->head.migrating);
	return ret + sum_check("untouched", untouched, snap->head.untouched);
}
