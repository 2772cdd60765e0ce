/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_RATE_H
#define NUMALENS_TOP_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct numalens_matrix;
struct numalens_top_process;

void numalens_top_rate(struct numalens_top_process *process);
bool numalens_top_rate_matrix(const struct numalens_top_process *process, uint64_t events,
			      struct numalens_matrix *counts, double *seconds);

#endif /* NUMALENS_TOP_RATE_H */
