/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_JUDGE_TUNE_H
#define NUMALENS_JUDGE_TUNE_H

struct numalens_judgement;
struct numalens_qemu;

void numalens_judge_tune(struct numalens_judgement *judgement, const struct numalens_qemu *qemu);

#endif /* NUMALENS_JUDGE_TUNE_H */
