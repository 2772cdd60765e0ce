/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_VERDICT_H
#define NUMALENS_VERDICT_H

struct numalens_process;

char *numalens_verdict_process(const struct numalens_process *process);

#endif /* NUMALENS_VERDICT_H */
