/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_REPORT_H
#define NUMALENS_REPORT_H

#include <stdbool.h>

struct numalens_process;

bool numalens_report_head(const struct numalens_process *process);

#endif /* NUMALENS_REPORT_H */
