/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_REMEDY_PAGES_H
#define NUMALENS_REMEDY_PAGES_H

struct numalens_area;
struct numalens_judgement;
struct numalens_qemu;
struct numalens_remedy;

void numalens_remedy_pages(struct numalens_remedy *remedy,
			   const struct numalens_judgement *judgement,
			   const struct numalens_area *area, const struct numalens_qemu *qemu);
void numalens_remedy_remote(struct numalens_remedy *remedy,
			    const struct numalens_judgement *judgement);

#endif /* NUMALENS_REMEDY_PAGES_H */
