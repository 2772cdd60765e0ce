/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_IO_REPORT_H
#define NUMALENS_IO_REPORT_H

struct json_object;
struct numalens_io;

void numalens_io_print_list(const struct numalens_io *io);
void numalens_io_print(const struct numalens_io *io);
void numalens_io_json(const struct numalens_io *io, struct json_object *object);

#endif /* NUMALENS_IO_REPORT_H */
