/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_IO_TABLE_H
#define NUMALENS_IO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "column.h"

struct numalens_io;

/* Of all devices and of the process, where an index of a device is expected */
#define NUMALENS_IO_ALL		(SIZE_MAX - 1)

/* Of numalens_io_table_devices() */
extern const struct numalens_column_set numalens_io_columns;

uint64_t numalens_io_pages(const struct numalens_io *io, unsigned int nid);
struct numalens_table *numalens_io_table_devices(const struct numalens_io *io, bool all,
						 bool uses, size_t *nr_hidden);
struct numalens_table *numalens_io_table_irqs(const struct numalens_io *io, size_t device);
struct numalens_table *numalens_io_table_kthreads(const struct numalens_io *io, size_t device);
struct numalens_table *numalens_io_table_threads(const struct numalens_io *io);
struct numalens_table *numalens_io_table_places(const struct numalens_io *io);

#endif /* NUMALENS_IO_TABLE_H */
