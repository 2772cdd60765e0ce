/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_IO_JUDGE_H
#define NUMALENS_IO_JUDGE_H

struct numalens_io;

void numalens_io_judge(struct numalens_io *io);
int numalens_io_status(const struct numalens_io *io);
char *numalens_io_verdict(const struct numalens_io *io);

#endif /* NUMALENS_IO_JUDGE_H */
