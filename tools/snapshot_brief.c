// SPDX-License-Identifier: GPL-2.0
/*
 * The snapshot of a process without its VMAs, threads and strings: what a list
 * of processes needs. It is read in four pieces, whatever the size of the rest.
 *
 *	header | nodes | totals | "" | cells of the process
 *
 * is put together from them, and is a snapshot like any other.
 */
#include "snapshot_brief.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "snapshot.h"
#include "snapshot_file.h"

#define MAX_TRIES	16

/* Cells that are read at once: few processes have more. */
#define CHUNK		128U

/* No later version's is as large: the header can promise anything. */
#define MAX_CELL	4096

static int read_all(int fd, void *to, size_t len, uint64_t offset, const char **why)
{
	ssize_t got = numalens_snapshot_file_read(fd, to, len, offset);

	*why = "it is cut off";
	return got < 0 ? got : (size_t)got < len ? -EBADMSG : 0;
}

/* Sections move up; the string that all offsets name is the empty one. */
static void header_shrink(struct numalens_snapshot_header *h)
{
	/* The first version's stays so: it tells that events are not known. */
	if (h->header_size > sizeof(*h))
		h->header_size = sizeof(*h);
	h->nr_vmas = 0;
	h->nr_threads = 0;
	h->nr_totals = NUMALENS_NR_TOTALS;
	h->nr_orders = 0;
	h->policy = 0;
	h->allowed_nodes = 0;
	h->mems_allowed = 0;
	h->nodes_offset = sizeof(*h);
	h->totals_offset = h->nodes_offset + (4ULL * h->nr_nodes + 7) / 8 * 8;
	h->strings_offset = h->totals_offset + 8ULL * h->nr_totals * h->nr_nodes;
	h->vmas_offset = h->strings_offset;
	h->threads_offset = h->strings_offset;
	h->cells_offset = h->strings_offset + 8;
	h->size = h->cells_offset;
}

/* Cells of the process come first: those of VMAs and threads are not read far. */
static int cells_read(struct numalens_snapshot *s, int fd,
		      const struct numalens_snapshot_header *file, const char **why)
{
	uint32_t done = 0, chunk = CHUNK, nr = 0, i;
	struct numalens_cell cell;
	bool more = true;
	int ret = 0;

	*why = "a cell is too large";
	if (file->nr_cells && file->cell_size > MAX_CELL)
		return -EBADMSG;
	for (; more && done < file->nr_cells && !ret; done += chunk) {
		if (chunk > file->nr_cells - done)
			chunk = file->nr_cells - done;
		s->data = numalens_realloc(s->data, s->header.size +
					   (uint64_t)chunk * file->cell_size, 1);
		ret = read_all(fd, s->data + s->header.size, (size_t)chunk * file->cell_size,
			       file->cells_offset + (uint64_t)done * file->cell_size, why);
		for (i = 0; i < chunk && !ret && more; i++) {
			memcpy(&cell, s->data + s->header.size, sizeof(cell));
			more = cell.scope == NUMALENS_SCOPE_PROCESS;
			nr += more;
			s->header.size += more ? file->cell_size : 0;
		}
	}
	s->header.nr_cells = nr;
	return ret;
}

static int pieces_read(struct numalens_snapshot *s, int fd, uint64_t known_ns, const char **why)
{
	struct numalens_snapshot_header *h = &s->header, file;
	unsigned char raw[sizeof(file)];
	size_t nr;
	int ret = numalens_snapshot_file_header(&file, raw, &nr, fd, why);

	if (ret)
		return ret;
	if (file.snapshot_ns == known_ns) {
		numalens_snapshot_file_let_go(fd, &file);
		return -EALREADY;
	}
	*h = file;
	header_shrink(h);
	s->data = numalens_alloc(h->size, 1);
	ret = read_all(fd, s->data + h->nodes_offset, 4ULL * h->nr_nodes, file.nodes_offset, why);
	if (!ret)
		ret = read_all(fd, s->data + h->totals_offset, 8ULL * h->nr_totals * h->nr_nodes,
			       file.totals_offset, why);
	if (!ret)
		ret = cells_read(s, fd, &file, why);
	if (!ret)
		numalens_snapshot_file_let_go(fd, &file);
	return ret;
}

/**
 * numalens_snapshot_brief_read() - read and check a snapshot without VMAs, threads and strings
 * @snapshot: gets the snapshot; numalens_snapshot_free() it
 * @dir: directory of the process
 * @known_ns: snapshot_ns of the one that need not be read again, 0 if there is none
 * @why: gets what is wrong with the file, for -EBADMSG
 *
 * Return: 0, -EALREADY if it is still the known one, or a negative errno.
 */
int numalens_snapshot_brief_read(struct numalens_snapshot *snapshot,
				 const struct numalens_dir *dir, uint64_t known_ns, const char **why)
{
	int fd = numalens_dir_open(dir, "snapshot", O_RDONLY);
	int ret = -ESTALE, try;

	memset(snapshot, 0, sizeof(*snapshot));
	*why = NULL;
	if (fd < 0)
		return fd;
	for (try = 0; try < MAX_TRIES && ret == -ESTALE; try++) {
		numalens_snapshot_free(snapshot);
		ret = pieces_read(snapshot, fd, known_ns, why);
	}
	close(fd);
	return numalens_snapshot_file_finish(snapshot, ret, why);
}
