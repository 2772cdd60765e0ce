/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events, for who wants to see each of them; Documentation/trace-events.rst.
 * Fields have types, and nothing is called to print them, so that trace-cmd, perf and
 * bpftrace need no plug-in.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM numalens

#if !defined(_NUMALENS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NUMALENS_TRACE_H

#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "event_names.h"
#include "uapi/numalens.h"

/* The format files shall have numbers, not names of enumerators. */
#undef TOUCH
#undef REASON
#undef MOVE
#define TOUCH(_event, _name)	TRACE_DEFINE_ENUM(NUMALENS_TOUCH_##_event);
#define REASON(_event, _name)	TRACE_DEFINE_ENUM(NUMALENS_MIGRATE_##_event);
#define MOVE(_event, _name)	TRACE_DEFINE_ENUM(NUMALENS_MOVE_##_event);
NUMALENS_EACH_TOUCH(TOUCH)
NUMALENS_EACH_REASON(REASON)
NUMALENS_EACH_MOVE(MOVE)
TRACE_DEFINE_ENUM(NUMALENS_KIND_ANON);
TRACE_DEFINE_ENUM(NUMALENS_KIND_FILE);
TRACE_DEFINE_ENUM(NUMALENS_KIND_SHMEM);
TRACE_DEFINE_ENUM(NUMALENS_KIND_HUGETLB);
TRACE_DEFINE_ENUM(NUMALENS_KIND_SPECIAL);

#undef TOUCH
#undef REASON
#undef MOVE
#define TOUCH(_event, _name)	{ NUMALENS_TOUCH_##_event, #_name },
#define REASON(_event, _name)	{ NUMALENS_MIGRATE_##_event, #_name },
#define MOVE(_event, _name)	{ NUMALENS_MOVE_##_event, #_name },

TRACE_EVENT(first_touch,
	TP_PROTO(struct task_struct *task, pid_t tgid, unsigned long addr, unsigned long vma_start,
		 long nr_pages, unsigned int kind, int cpu_nid, int nid),
	TP_ARGS(task, tgid, addr, vma_start, nr_pages, kind, cpu_nid, nid),
	TP_STRUCT__entry(
		__field(pid_t, pid)
		__field(pid_t, tgid)
		__field(unsigned long, addr)
		__field(unsigned long, vma_start)
		__field(long, nr_pages)
		__field(unsigned int, kind)
		__field(int, cpu_nid)
		__field(int, nid)
	),
	TP_fast_assign(
		__entry->pid = task->pid;
		__entry->tgid = tgid;
		__entry->addr = addr;
		__entry->vma_start = vma_start;
		__entry->nr_pages = nr_pages;
		__entry->kind = kind;
		__entry->cpu_nid = cpu_nid;
		__entry->nid = nid;
	),
	TP_printk("pid=%d tgid=%d addr=0x%lx vma_start=0x%lx nr_pages=%ld kind=%s cpu_nid=%d nid=%d",
		  __entry->pid, __entry->tgid, __entry->addr, __entry->vma_start,
		  __entry->nr_pages,
		  __print_symbolic(__entry->kind, NUMALENS_EACH_TOUCH(TOUCH) { -1, "" }),
		  __entry->cpu_nid, __entry->nid)
);

TRACE_EVENT(hint_fault,
	TP_PROTO(pid_t tgid, unsigned long addr, unsigned long vma_start, int nr_pages,
		 int cpu_nid, int src_nid, int dst_nid, int flags),
	TP_ARGS(tgid, addr, vma_start, nr_pages, cpu_nid, src_nid, dst_nid, flags),
	TP_STRUCT__entry(
		__field(pid_t, pid)
		__field(pid_t, tgid)
		__field(unsigned long, addr)
		__field(unsigned long, vma_start)
		__field(int, nr_pages)
		__field(int, cpu_nid)
		__field(int, src_nid)
		__field(int, dst_nid)
		__field(int, flags)
	),
	TP_fast_assign(
		__entry->pid = current->pid;
		__entry->tgid = tgid;
		__entry->addr = addr;
		__entry->vma_start = vma_start;
		__entry->nr_pages = nr_pages;
		__entry->cpu_nid = cpu_nid;
		__entry->src_nid = src_nid;
		__entry->dst_nid = dst_nid;
		__entry->flags = flags;
	),
	/* TNF_* of <linux/sched/numa_balancing.h> */
	TP_printk("pid=%d tgid=%d addr=0x%lx vma_start=0x%lx nr_pages=%d cpu_nid=%d src_nid=%d dst_nid=%d flags=%s",
		  __entry->pid, __entry->tgid, __entry->addr, __entry->vma_start,
		  __entry->nr_pages, __entry->cpu_nid, __entry->src_nid, __entry->dst_nid,
		  __print_flags(__entry->flags, "|", { 0x01, "migrated" }, { 0x02, "no_group" },
				{ 0x04, "shared" }, { 0x08, "local" }, { 0x10, "failed" }))
);

TRACE_EVENT(migrate,
	TP_PROTO(pid_t tgid, unsigned long addr, unsigned long vma_start, unsigned long nr_pages,
		 int src_nid, int dst_nid, unsigned int reason),
	TP_ARGS(tgid, addr, vma_start, nr_pages, src_nid, dst_nid, reason),
	TP_STRUCT__entry(
		__field(pid_t, tgid)
		__field(unsigned long, addr)
		__field(unsigned long, vma_start)
		__field(unsigned long, nr_pages)
		__field(int, src_nid)
		__field(int, dst_nid)
		__field(unsigned int, reason)
	),
	TP_fast_assign(
		__entry->tgid = tgid;
		__entry->addr = addr;
		__entry->vma_start = vma_start;
		__entry->nr_pages = nr_pages;
		__entry->src_nid = src_nid;
		__entry->dst_nid = dst_nid;
		__entry->reason = reason;
	),
	TP_printk("tgid=%d addr=0x%lx vma_start=0x%lx nr_pages=%lu src_nid=%d dst_nid=%d reason=%s",
		  __entry->tgid, __entry->addr, __entry->vma_start, __entry->nr_pages,
		  __entry->src_nid, __entry->dst_nid,
		  __print_symbolic(__entry->reason, NUMALENS_EACH_REASON(REASON) { -1, "" }))
);

TRACE_EVENT(migrate_failed,
	TP_PROTO(pid_t tgid, unsigned long nr_pages, unsigned int reason),
	TP_ARGS(tgid, nr_pages, reason),
	TP_STRUCT__entry(
		__field(pid_t, tgid)
		__field(unsigned long, nr_pages)
		__field(unsigned int, reason)
	),
	TP_fast_assign(
		__entry->tgid = tgid;
		__entry->nr_pages = nr_pages;
		__entry->reason = reason;
	),
	TP_printk("tgid=%d nr_pages=%lu reason=%s", __entry->tgid, __entry->nr_pages,
		  __print_symbolic(__entry->reason, NUMALENS_EACH_REASON(REASON) { -1, "" }))
);

TRACE_EVENT(task_move,
	TP_PROTO(pid_t tgid, struct task_struct *task, int src_cpu, int src_nid, int dst_cpu,
		 int dst_nid, unsigned int cause),
	TP_ARGS(tgid, task, src_cpu, src_nid, dst_cpu, dst_nid, cause),
	TP_STRUCT__entry(
		__field(pid_t, pid)
		__field(pid_t, tgid)
		__array(char, comm, TASK_COMM_LEN)
		__field(int, src_cpu)
		__field(int, src_nid)
		__field(int, dst_cpu)
		__field(int, dst_nid)
		__field(unsigned int, cause)
	),
	TP_fast_assign(
		__entry->pid = task->pid;
		__entry->tgid = tgid;
		memcpy(__entry->comm, task->comm, TASK_COMM_LEN);
		__entry->src_cpu = src_cpu;
		__entry->src_nid = src_nid;
		__entry->dst_cpu = dst_cpu;
		__entry->dst_nid = dst_nid;
		__entry->cause = cause;
	),
	TP_printk("pid=%d tgid=%d comm=%s src_cpu=%d src_nid=%d dst_cpu=%d dst_nid=%d cause=%s",
		  __entry->pid, __entry->tgid, __entry->comm, __entry->src_cpu,
		  __entry->src_nid, __entry->dst_cpu, __entry->dst_nid,
		  __print_symbolic(__entry->cause, NUMALENS_EACH_MOVE(MOVE) { -1, "" }))
);

TRACE_EVENT(scan_start,
	TP_PROTO(pid_t tgid, u64 generation),
	TP_ARGS(tgid, generation),
	TP_STRUCT__entry(
		__field(pid_t, tgid)
		__field(u64, generation)
	),
	TP_fast_assign(
		__entry->tgid = tgid;
		__entry->generation = generation;
	),
	TP_printk("tgid=%d generation=%llu", __entry->tgid, __entry->generation)
);

TRACE_EVENT(scan_end,
	TP_PROTO(pid_t tgid, const struct numalens_snapshot_header *header, int ret),
	TP_ARGS(tgid, header, ret),
	TP_STRUCT__entry(
		__field(pid_t, tgid)
		__field(u64, generation)
		__field(u64, walk_ns)
		__field(u64, walk_pages)
		__field(u64, lock_hold_max_ns)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->tgid = tgid;
		__entry->generation = header->generation;
		__entry->walk_ns = header->walk_ns;
		__entry->walk_pages = header->walk_pages;
		__entry->lock_hold_max_ns = header->lock_hold_max_ns;
		__entry->ret = ret;
	),
	TP_printk("tgid=%d generation=%llu walk_ns=%llu walk_pages=%llu lock_hold_max_ns=%llu ret=%d",
		  __entry->tgid, __entry->generation, __entry->walk_ns, __entry->walk_pages,
		  __entry->lock_hold_max_ns, __entry->ret)
);

TRACE_EVENT(vma,
	TP_PROTO(pid_t tgid, u64 generation, const struct numalens_vma *vma, const u64 *pages,
		 unsigned int nr_nodes, const char *policy, const char *path),
	TP_ARGS(tgid, generation, vma, pages, nr_nodes, policy, path),
	TP_STRUCT__entry(
		__field(pid_t, tgid)
		__field(u64, generation)
		__field(u64, start)
		__field(u64, end)
		__field(unsigned int, kind)
		__field(u64, remote_pages)
		__string(policy, policy)
		__string(path, path)
		__dynamic_array(u64, pages, nr_nodes)
	),
	TP_fast_assign(
		__entry->tgid = tgid;
		__entry->generation = generation;
		__entry->start = vma->start;
		__entry->end = vma->end;
		__entry->kind = vma->kind;
		__entry->remote_pages = vma->remote_pages;
		numalens_assign_str(policy, policy);
		numalens_assign_str(path, path);
		memcpy(__get_dynamic_array(pages), pages, nr_nodes * sizeof(u64));
	),
	TP_printk("tgid=%d generation=%llu start=0x%llx end=0x%llx kind=%s remote_pages=%llu pages=%s policy=%s path=%s",
		  __entry->tgid, __entry->generation, __entry->start, __entry->end,
		  __print_symbolic(__entry->kind, { NUMALENS_KIND_ANON, "anon" },
				   { NUMALENS_KIND_FILE, "file" },
				   { NUMALENS_KIND_SHMEM, "shmem" },
				   { NUMALENS_KIND_HUGETLB, "hugetlb" },
				   { NUMALENS_KIND_SPECIAL, "special" }),
		  __entry->remote_pages,
		  /* Not sizeof(u64): libtraceevent 1.7 can't parse that. */
		  __print_array(__get_dynamic_array(pages), __get_dynamic_array_len(pages) / 8, 8),
		  __get_str(policy), __get_str(path))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
