// SPDX-License-Identifier: GPL-2.0
/*
 * VMAs that NUMA balancing passes over when it marks pages for hinting faults, and
 * why: of what is not marked, nobody learns who uses it, and nothing moves.
 *
 * Told by a tracepoint that came with "sched/numa: Trace decisions related to
 * skipping VMAs" (v6.7).
 */
#include "vma_skip.h"

#include <linux/build_bug.h>
#include <linux/mm_types.h>
#include <linux/sched/numa_balancing.h>
#include <linux/topology.h>

#include "count.h"
#include "event_names.h"
#include "mm_table.h"

#ifdef NUMALENS_HAVE_VMA_SKIPS
/* The kernel's reasons in the kernel's order. */
#define IN_ORDER(_reason, _name)							\
	static_assert(NUMALENS_SKIP_##_reason - NUMALENS_SKIP_UNSUITABLE ==		\
		      (unsigned int)NUMAB_SKIP_##_reason);
NUMALENS_EACH_SKIP(IN_ORDER)
#endif

/**
 * numalens_vma_skipped - NUMA balancing's scan passes over a VMA
 * @vma: the VMA
 * @reason: enum numa_vmaskip_reason; one that has no name yet is left out
 *
 * It is the process that is scanned, by one of its threads, whichever that is: the
 * thread's count would say nothing.
 *
 * Context: a callback in process context.
 */
void numalens_vma_skipped(struct vm_area_struct *vma, unsigned int reason)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	unsigned int event = NUMALENS_SKIP_UNSUITABLE + reason;
	int nid = numa_node_id();

	if (process && event <= NUMALENS_SKIP_SEQ_COMPLETED)
		numalens_count_vma(process, NULL, vma->vm_start, event, nid, nid, 1);
}
