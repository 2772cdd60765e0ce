// SPDX-License-Identifier: GPL-2.0
/*
 * The binary snapshot: read in one piece, believed in nothing.
 *
 * Every offset, size and count is checked once, when the file is read
 * (snapshot_check.c); what the accessors below then touch lies within the file. Values are copied out
 * by memcpy(), so a file whose sections are not aligned does no harm.
 */
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "snapshot_check.h"
#include "snapshot_file.h"

#define MAX_TRIES	16

static uint32_t get_u32(const unsigned char *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static uint64_t get_u64(const unsigned char *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/**
 * numalens_snapshot_file_read() - read a piece of a snapshot file
 * @fd: the file
 * @to: gets the piece
 * @len: bytes of it
 * @offset: where it starts
 *
 * Return: bytes that there were, or a negative errno.
 */
ssize_t numalens_snapshot_file_read(int fd, void *to, size_t len, uint64_t offset)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(fd, (char *)to + done, len - done, offset + done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		done += got;
	}
	return done;
}

/*
 * The first version's header ended before the members about events: what is in
 * their place then is something else.
 */
static int take_header(struct numalens_snapshot_header *header, const void *raw, size_t len,
		       const char **why)
{
	size_t nr = len < sizeof(*header) ? len : sizeof(*header);

	*why = NULL;
	memset(header, 0, sizeof(*header));
	memcpy(header, raw, nr);
	if (nr >= NUMALENS_SNAPSHOT_FIRST_SIZE && header->header_size < sizeof(*header))
		memset(&header->events, 0,
		       sizeof(*header) - offsetof(struct numalens_snapshot_header, events));
	else if (nr < sizeof(*header))
		*why = "it is cut off";
	if (!*why)
		*why = numalens_snapshot_check_header(header);
	return *why ? -EBADMSG : 0;
}

/**
 * numalens_snapshot_file_header() - read and check the header of a snapshot file
 * @header: gets the header. The first version's ended before the members about
 *	events: what is in their place then is something else
 * @raw: gets as many bytes as a header has, as they are in the file
 * @nr: gets how many there were
 * @fd: the file
 * @why: gets what is wrong with it, for -EBADMSG
 *
 * Return: 0 or a negative errno.
 */
int numalens_snapshot_file_header(struct numalens_snapshot_header *header, void *raw, size_t *nr,
				  int fd, const char **why)
{
	ssize_t got = numalens_snapshot_file_read(fd, raw, sizeof(*header), 0);

	*why = NULL;
	*nr = got < 0 ? 0 : got;
	if (got < 0)
		return got;
	return take_header(header, raw, got, why);
}

/**
 * numalens_snapshot_file_let_go() - be done with a snapshot file
 * @fd: the file, which the module keeps for a reader until that has seen its end
 * @header: its header
 */
void numalens_snapshot_file_let_go(int fd, const struct numalens_snapshot_header *header)
{
	char byte;

	if (pread(fd, &byte, 1, header->size) < 0)
		return;
}

/*
 * The buffer grows with what arrives, not with what the header promises: a
 * header can promise anything.
 */
static int read_file(struct numalens_snapshot *snapshot, int fd, const char **why)
{
	struct numalens_snapshot_header *h = &snapshot->header;
	size_t have, room = 1 << 16, want;
	ssize_t got;
	int ret;

	snapshot->data = numalens_realloc(snapshot->data, sizeof(*h), 1);
	ret = numalens_snapshot_file_header(h, snapshot->data, &have, fd, why);
	if (ret)
		return ret;
	for (; have < h->size; have += got) {
		want = h->size < room ? h->size : room;
		snapshot->data = numalens_realloc(snapshot->data, want, 1);
		got = numalens_snapshot_file_read(fd, snapshot->data + have, want - have, have);
		if (got < 0)
			return got;
		*why = "it is cut off";
		if ((size_t)got < want - have)
			return -EBADMSG;
		room *= 2;
	}
	*why = NULL;
	numalens_snapshot_file_let_go(fd, h);
	return 0;
}

/**
 * numalens_snapshot_header_read() - read and check only the header of a snapshot
 * @header: gets the header
 * @dir: directory of the process
 * @why: gets what is wrong with it, for -EBADMSG
 *
 * Return: 0 or a negative errno.
 */
int numalens_snapshot_header_read(struct numalens_snapshot_header *header,
				  const struct numalens_dir *dir, const char **why)
{
	int fd = numalens_dir_open(dir, "snapshot", O_RDONLY), ret;
	unsigned char raw[sizeof(*header)];
	size_t nr;

	*why = NULL;
	if (fd < 0)
		return fd;
	ret = numalens_snapshot_file_header(header, raw, &nr, fd, why);
	if (!ret)
		numalens_snapshot_file_let_go(fd, header);
	close(fd);
	return ret;
}

/**
 * numalens_snapshot_file_finish() - check the rest of what was read of a snapshot file
 * @snapshot: what was read; freed on an error
 * @ret: what reading it came to; with 0, the header is right
 * @why: gets what is wrong with the file, for -EBADMSG
 *
 * Return: 0 or a negative errno.
 */
int numalens_snapshot_file_finish(struct numalens_snapshot *snapshot, int ret, const char **why)
{
	if (!ret)
		*why = numalens_snapshot_check(snapshot);
	if (!ret && *why)
		ret = -EBADMSG;
	if (ret) {
		numalens_snapshot_free(snapshot);
		return ret;
	}
	memcpy(snapshot->comm, snapshot->header.comm, NUMALENS_COMM_LEN);
	snapshot->comm[NUMALENS_COMM_LEN] = '\0';
	return 0;
}

/**
 * numalens_snapshot_read() - read and check the snapshot of a process
 * @snapshot: gets the snapshot; numalens_snapshot_free() it
 * @dir: directory of the process
 * @why: gets what is wrong with the file, for -EBADMSG
 *
 * Return: 0 or a negative errno.
 */
int numalens_snapshot_read(struct numalens_snapshot *snapshot, const struct numalens_dir *dir,
			   const char **why)
{
	int fd = numalens_dir_open(dir, "snapshot", O_RDONLY);
	int ret = -ESTALE, try;

	memset(snapshot, 0, sizeof(*snapshot));
	*why = NULL;
	if (fd < 0)
		return fd;
	/* ESTALE: a newer snapshot took the place of the one being read. */
	for (try = 0; try < MAX_TRIES && ret == -ESTALE; try++) {
		numalens_snapshot_free(snapshot);
		ret = read_file(snapshot, fd, why);
	}
	close(fd);
	return numalens_snapshot_file_finish(snapshot, ret, why);
}

/**
 * numalens_snapshot_take() - check a snapshot that was read before
 * @snapshot: gets the snapshot; numalens_snapshot_free() it
 * @data: what was read, from malloc(): it belongs to the snapshot then, or is freed
 * @len: bytes of it
 * @why: gets what is wrong with it, for -EBADMSG
 *
 * Return: 0 or -EBADMSG.
 */
int numalens_snapshot_take(struct numalens_snapshot *snapshot, unsigned char *data, size_t len,
			   const char **why)
{
	int ret;

	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->data = data;
	ret = take_header(&snapshot->header, data, len, why);
	if (!ret && snapshot->header.size > len) {
		*why = "it is cut off";
		ret = -EBADMSG;
	}
	return numalens_snapshot_file_finish(snapshot, ret, why);
}

/**
 * numalens_snapshot_free() - end a snapshot
 * @snapshot: snapshot
 */
void numalens_snapshot_free(struct numalens_snapshot *snapshot)
{
	free(snapshot->data);
	snapshot->data = NULL;
}

/**
 * numalens_snapshot_nid() - id of a node
 * @snapshot: snapshot
 * @node: its index
 *
 * Return: the id.
 */
uint32_t numalens_snapshot_nid(const struct numalens_snapshot *snapshot, size_t node)
{
	return get_u32(snapshot->data + snapshot->header.nodes_offset + 4 * node);
}

/**
 * numalens_snapshot_nids() - ids of the nodes, for tables
 * @snapshot: snapshot
 *
 * Return: as many as it has nodes; free() it.
 */
uint32_t *numalens_snapshot_nids(const struct numalens_snapshot *snapshot)
{
	uint32_t *nids = numalens_alloc(snapshot->header.nr_nodes, sizeof(*nids));
	size_t i;

	for (i = 0; i < snapshot->header.nr_nodes; i++)
		nids[i] = numalens_snapshot_nid(snapshot, i);
	return nids;
}

/**
 * numalens_snapshot_total() - a value of the process
 * @snapshot: snapshot
 * @row: which
 * @node: index of the node
 *
 * Return: the value.
 */
uint64_t numalens_snapshot_total(const struct numalens_snapshot *snapshot,
				 enum numalens_total row, size_t node)
{
	const struct numalens_snapshot_header *h = &snapshot->header;

	return get_u64(snapshot->data + h->totals_offset + 8 * ((size_t)row * h->nr_nodes + node));
}

/**
 * numalens_snapshot_order() - pages of the process in folios of one order
 * @snapshot: snapshot
 * @order: which, below nr_orders
 * @node: index of the node
 *
 * Return: their count.
 */
uint64_t numalens_snapshot_order(const struct numalens_snapshot *snapshot, uint32_t order,
				 size_t node)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	size_t row = h->nr_totals - h->nr_orders + order;

	return get_u64(snapshot->data + h->totals_offset + 8 * (row * h->nr_nodes + node));
}

/**
 * numalens_snapshot_sum() - a value of the process, of all nodes together
 * @snapshot: snapshot
 * @row: which
 *
 * Return: the sum.
 */
uint64_t numalens_snapshot_sum(const struct numalens_snapshot *snapshot, enum numalens_total row)
{
	uint64_t sum = 0;
	size_t node;

	for (node = 0; node < snapshot->header.nr_nodes; node++)
		sum += numalens_snapshot_total(snapshot, row, node);
	return sum;
}

static const unsigned char *vma_at(const struct numalens_snapshot *snapshot, size_t index)
{
	const struct numalens_snapshot_header *h = &snapshot->header;

	return snapshot->data + h->vmas_offset + (uint64_t)h->vma_size * index;
}

/**
 * numalens_snapshot_vma() - copy a VMA record
 * @snapshot: snapshot
 * @index: which, below nr_vmas
 * @vma: gets the record
 */
void numalens_snapshot_vma(const struct numalens_snapshot *snapshot, size_t index,
			   struct numalens_vma *vma)
{
	memcpy(vma, vma_at(snapshot, index), sizeof(*vma));
}

/**
 * numalens_snapshot_vma_value() - a value of a VMA
 * @snapshot: snapshot
 * @index: which VMA
 * @array: which value
 * @node: index of the node
 *
 * Return: the value.
 */
uint64_t numalens_snapshot_vma_value(const struct numalens_snapshot *snapshot, size_t index,
				     enum numalens_vma_array array, size_t node)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	/* From the end: a later module may have appended to the struct before. */
	size_t arrays = h->vma_size - 8 * (size_t)h->nr_vma_arrays * h->nr_nodes;

	return get_u64(vma_at(snapshot, index) + arrays +
		       8 * ((size_t)array * h->nr_nodes + node));
}

/**
 * numalens_snapshot_vma_pages() - resident pages of a VMA
 * @snapshot: snapshot
 * @index: which VMA
 *
 * Return: the pages on all nodes.
 */
uint64_t numalens_snapshot_vma_pages(const struct numalens_snapshot *snapshot, size_t index)
{
	uint64_t sum = 0;
	size_t node;

	for (node = 0; node < snapshot->header.nr_nodes; node++)
		sum += numalens_snapshot_vma_value(snapshot, index, NUMALENS_VMA_PAGES, node);
	return sum;
}

static const unsigned char *thread_at(const struct numalens_snapshot *snapshot, size_t index)
{
	const struct numalens_snapshot_header *h = &snapshot->header;

	return snapshot->data + h->threads_offset + (uint64_t)h->thread_size * index;
}

/**
 * numalens_snapshot_thread() - copy a thread record
 * @snapshot: snapshot
 * @index: which, below nr_threads
 * @thread: gets the record
 */
void numalens_snapshot_thread(const struct numalens_snapshot *snapshot, size_t index,
			      struct numalens_thread *thread)
{
	memcpy(thread, thread_at(snapshot, index), sizeof(*thread));
}

/**
 * numalens_snapshot_thread_value() - a value of a thread
 * @snapshot: snapshot
 * @index: which thread
 * @array: which value
 * @node: index of the node
 *
 * Return: the value.
 */
uint64_t numalens_snapshot_thread_value(const struct numalens_snapshot *snapshot, size_t index,
					enum numalens_thread_array array, size_t node)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	/* From the end, as for VMAs. */
	size_t arrays = h->thread_size - 8 * (size_t)h->nr_thread_arrays * h->nr_nodes;

	return get_u64(thread_at(snapshot, index) + arrays +
		       8 * ((size_t)array * h->nr_nodes + node));
}

/**
 * numalens_snapshot_cell() - copy a cell
 * @snapshot: snapshot
 * @index: which, below nr_cells
 * @cell: gets the cell
 */
void numalens_snapshot_cell(const struct numalens_snapshot *snapshot, size_t index,
			    struct numalens_cell *cell)
{
	const struct numalens_snapshot_header *h = &snapshot->header;

	memcpy(cell, snapshot->data + h->cells_offset + (uint64_t)h->cell_size * index,
	       sizeof(*cell));
}

/**
 * numalens_snapshot_string() - a string
 * @snapshot: snapshot
 * @offset: as the header and the records name it
 *
 * Return: the string.
 */
const char *numalens_snapshot_string(const struct numalens_snapshot *snapshot, uint32_t offset)
{
	return (const char *)snapshot->data + snapshot->header.strings_offset + offset;
}
