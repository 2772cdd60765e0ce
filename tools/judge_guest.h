/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_JUDGE_GUEST_H
#define NUMALENS_JUDGE_GUEST_H

struct numalens_area;
struct numalens_judgement;
struct numalens_list;
struct numalens_qemu;

void numalens_judge_guest(struct numalens_judgement *judgement, const struct numalens_qemu *qemu);
void numalens_judge_guest_home(const struct numalens_judgement *judgement,
			       const struct numalens_area *area, struct numalens_list *nodes);

#endif /* NUMALENS_JUDGE_GUEST_H */
