// SPDX-License-Identifier: GPL-2.0
/*
 * The binary snapshot: read in one piece, believed in nothing.
 *
 * Every offset, size and count is checked once, when the file is read; what
 * the accessors below then touch lies within the file. Values are copied out
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

/* A million VMAs on 128 nodes; more is no snapshot. */
#define MAX_SIZE	(4ULL << 30)
#define MAX_NODES	1024
/* An address space of 57 bits in pages of 4 KiB; times the largest page it still fits u64. */
#define MAX_PAGES	(1ULL << 45)
#define MAX_PAGE_SIZE	(1U << 18)
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

/* Does an array lie behind the header and within the file? */
static bool within(const struct numalens_snapshot_header *h, uint64_t offset, uint64_t nr,
		   uint64_t size)
{
	if (offset < h->header_size || offset > h->size)
		return false;
	return !size || nr <= (h->size - offset) / size;
}

static const char *check_header(const struct numalens_snapshot_header *h)
{
	uint64_t record;

	if (h->magic == __builtin_bswap32(NUMALENS_SNAPSHOT_MAGIC))
		return "it is of a machine with the other byte order";
	if (h->magic != NUMALENS_SNAPSHOT_MAGIC)
		return "it does not start as a snapshot does";
	if (h->abi_version != NUMALENS_ABI_VERSION)
		return "it is of another ABI version: the tool and the module do not belong together";
	if (h->header_size < sizeof(*h) || h->header_size > h->size || h->size > MAX_SIZE)
		return "the sizes in its header make no sense";
	if (!h->nr_nodes || h->nr_nodes > MAX_NODES)
		return "the number of nodes makes no sense";
	if (h->nr_totals < NUMALENS_NR_TOTALS || h->nr_vma_arrays < NUMALENS_NR_VMA_ARRAYS)
		return "it lacks rows that its ABI version has";
	record = sizeof(struct numalens_vma) + 8ULL * h->nr_nodes * h->nr_vma_arrays;
	if (h->vma_size < record)
		return "a VMA record is too small";
	if (!within(h, h->nodes_offset, h->nr_nodes, 4) ||
	    !within(h, h->totals_offset, h->nr_totals, 8ULL * h->nr_nodes) ||
	    !within(h, h->vmas_offset, h->nr_vmas, h->vma_size) ||
	    !within(h, h->strings_offset, 1, 1))
		return "a section lies outside the file";
	if (h->page_size < 4096 || h->page_size > MAX_PAGE_SIZE || h->page_size & (h->page_size - 1))
		return "the page size makes no sense";
	if (h->remote_bp > 10000)
		return "the remote share is more than everything";
	return NULL;
}

static bool string_ok(const struct numalens_snapshot *snapshot, uint32_t offset)
{
	uint64_t size = snapshot->header.size - snapshot->header.strings_offset;
	const unsigned char *strings = snapshot->data + snapshot->header.strings_offset;

	return offset < size && memchr(strings + offset, '\0', size - offset);
}

static const char *check_process(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	size_t row, node;

	if (!string_ok(snapshot, 0) || snapshot->data[h->strings_offset] ||
	    !string_ok(snapshot, h->policy) || !string_ok(snapshot, h->allowed_nodes) ||
	    !string_ok(snapshot, h->mems_allowed))
		return "a string lies outside the file";
	for (node = 0; node < h->nr_nodes; node++)
		if (numalens_snapshot_nid(snapshot, node) > INT32_MAX)
			return "a node's id makes no sense";
	for (row = NUMALENS_TOTAL_PAGES; row <= NUMALENS_TOTAL_THP; row++)
		for (node = 0; node < h->nr_nodes; node++)
			if (numalens_snapshot_total(snapshot, row, node) > MAX_PAGES)
				return "there are more pages than any machine has";
	for (node = 0; node < h->nr_nodes; node++)
		if (numalens_snapshot_total(snapshot, NUMALENS_TOTAL_HOME_BP, node) > 10000)
			return "a home share is more than everything";
	if (h->zero > MAX_PAGES || h->swap > MAX_PAGES || h->migrating > MAX_PAGES ||
	    h->untouched > MAX_PAGES || h->remote_pages > MAX_PAGES)
		return "there are more pages than any machine has";
	return NULL;
}

static const char *check_vmas(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct numalens_vma vma;
	uint64_t last = 0;
	size_t i, node;

	for (i = 0; i < h->nr_vmas; i++) {
		numalens_snapshot_vma(snapshot, i, &vma);
		if (vma.start < last || vma.end <= vma.start)
			return "its VMAs are not in order";
		last = vma.end;
		if (!string_ok(snapshot, vma.path) || !string_ok(snapshot, vma.policy))
			return "a string lies outside the file";
		if (vma.zero > MAX_PAGES || vma.swap > MAX_PAGES || vma.migrating > MAX_PAGES ||
		    vma.untouched > MAX_PAGES || vma.remote_pages > MAX_PAGES)
			return "there are more pages than any machine has";
		for (node = 0; node < (size_t)h->nr_nodes * NUMALENS_NR_VMA_ARRAYS; node++)
			if (numalens_snapshot_vma_value(snapshot, i, 0, node) > MAX_PAGES)
				return "there are more pages than any machine has";
	}
	return NULL;
}

static ssize_t read_at(int fd, void *to, size_t len, uint64_t offset)
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

static int read_header(struct numalens_snapshot_header *header, int fd, const char **why)
{
	ssize_t got = read_at(fd, header, sizeof(*header), 0);

	*why = NULL;
	if (got < 0)
		return got;
	*why = (size_t)got < sizeof(*header) ? "it is cut off" : check_header(header);
	return *why ? -EBADMSG : 0;
}

/* The module keeps a snapshot for a reader until that has seen its end. */
static void let_go(int fd, const struct numalens_snapshot_header *header)
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
	int ret = read_header(h, fd, why);
	ssize_t got;

	if (ret)
		return ret;
	for (have = 0; have < h->size; have += got) {
		want = h->size < room ? h->size : room;
		snapshot->data = numalens_realloc(snapshot->data, want, 1);
		if (!have) {
			memcpy(snapshot->data, h, sizeof(*h));
			have = sizeof(*h);
		}
		got = read_at(fd, snapshot->data + have, want - have, have);
		if (got < 0)
			return got;
		*why = "it is cut off";
		if ((size_t)got < want - have)
			return -EBADMSG;
		room *= 2;
	}
	*why = NULL;
	let_go(fd, h);
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

	*why = NULL;
	if (fd < 0)
		return fd;
	ret = read_header(header, fd, why);
	if (!ret)
		let_go(fd, header);
	close(fd);
	return ret;
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
	if (!ret)
		*why = check_process(snapshot);
	if (!ret && !*why)
		*why = check_vmas(snapshot);
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
