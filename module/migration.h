/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_MIGRATION_H
#define _NUMALENS_MIGRATION_H

#include <linux/types.h>

struct folio;
struct numalens_thread_state;
struct vm_area_struct;

void numalens_migration_begin(int reason);
void numalens_migration_mapping(struct folio *new, struct vm_area_struct *vma,
				unsigned long addr, struct folio *old);
void numalens_migration_by_fault(struct numalens_thread_state *thread, int from, int to,
				 unsigned long nr);
void numalens_migration_end(unsigned long nr_failed);
void numalens_migration_reset(void);

#endif
