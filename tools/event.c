// SPDX-License-Identifier: GPL-2.0
/*
 * What events are called, and since when they are counted.
 */
#include "event.h"

#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "snapshot.h"

_Static_assert(NUMALENS_NR_EVENTS < 64, "a set of events is one word");

/* A watch that arms hooks takes a moment: what is nearer to its start is its start. */
#define AT_ONCE_NS	100000000ULL

static const struct numalens_event_name touches[] = {
	{ NUMALENS_TOUCH_ANON, "anon", NULL },
	{ NUMALENS_TOUCH_THP, "thp", NULL },
	{ NUMALENS_TOUCH_HUGETLB, "hugetlb", NULL },
	{ NUMALENS_TOUCH_SHMEM, "shmem", NULL },
	{ NUMALENS_TOUCH_COW, "cow", NULL },
};

static const struct numalens_event_name reasons[] = {
	{ NUMALENS_MIGRATE_COMPACTION, "compaction", "compaction" },
	{ NUMALENS_MIGRATE_MEMORY_FAILURE, "memory_failure", "the handling of bad memory" },
	{ NUMALENS_MIGRATE_MEMORY_HOTPLUG, "memory_hotplug", "the removal of memory" },
	{ NUMALENS_MIGRATE_SYSCALL_OR_CPUSET, "syscall_or_cpuset", "a system call or a cpuset" },
	{ NUMALENS_MIGRATE_MIGRATE_PAGES, "migrate_pages", "migrate_pages(2)" },
	{ NUMALENS_MIGRATE_MOVE_PAGES, "move_pages", "move_pages(2)" },
	{ NUMALENS_MIGRATE_CPUSET, "cpuset", "its cpuset" },
	{ NUMALENS_MIGRATE_MEMPOLICY_MBIND, "mempolicy_mbind", "mbind(2)" },
	{ NUMALENS_MIGRATE_NUMA_MISPLACED, "numa_misplaced", "NUMA balancing" },
	{ NUMALENS_MIGRATE_CONTIG_RANGE, "contig_range", "a contiguous allocation" },
	{ NUMALENS_MIGRATE_LONGTERM_PIN, "longterm_pin", "a long-term pin" },
	{ NUMALENS_MIGRATE_DEMOTION, "demotion", "demotion" },
	{ NUMALENS_MIGRATE_OTHER, "other", "another reason" },
};

static const struct numalens_event_name causes[] = {
	{ NUMALENS_MOVE_NUMA_MOVE, "numa_move", NULL },
	{ NUMALENS_MOVE_NUMA_SWAP, "numa_swap", NULL },
	{ NUMALENS_MOVE_AFFINITY, "affinity", NULL },
	{ NUMALENS_MOVE_WAKEUP, "wakeup", NULL },
	{ NUMALENS_MOVE_LOAD_BALANCE, "load_balance", NULL },
};

static const struct numalens_event_name skips[] = {
	{ NUMALENS_SKIP_UNSUITABLE, "unsuitable", "never sampled" },
	{ NUMALENS_SKIP_SHARED_RO, "shared_ro", "a file that is only read" },
	{ NUMALENS_SKIP_INACCESSIBLE, "inaccessible", "no access" },
	{ NUMALENS_SKIP_SCAN_DELAY, "scan_delay", "too new" },
	{ NUMALENS_SKIP_PID_INACTIVE, "pid_inactive", "not used by who scans" },
	{ NUMALENS_SKIP_IGNORE_PID, "ignore_pid", "not used lately" },
	{ NUMALENS_SKIP_SEQ_COMPLETED, "seq_completed", "done in this pass" },
};

const struct numalens_event_names numalens_event_touches = { touches, ARRAY_SIZE(touches) };
const struct numalens_event_names numalens_event_reasons = { reasons, ARRAY_SIZE(reasons) };
const struct numalens_event_names numalens_event_causes = { causes, ARRAY_SIZE(causes) };
const struct numalens_event_names numalens_event_skips = { skips, ARRAY_SIZE(skips) };

/**
 * numalens_event_reason() - find the name of a migration's reason
 * @event: enum numalens_event, or anything
 *
 * Return: the name, or NULL.
 */
const struct numalens_event_name *numalens_event_reason(uint32_t event)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].event == event)
			return &reasons[i];
	return NULL;
}

/**
 * numalens_event_known() - does the module tell about events at all?
 * @snapshot: snapshot
 *
 * Return: false for a snapshot of the first version.
 */
bool numalens_event_known(const struct numalens_snapshot *snapshot)
{
	return snapshot->header.header_size >= sizeof(snapshot->header);
}

/**
 * numalens_event_counted() - were events ever counted of the process?
 * @snapshot: snapshot
 *
 * Return: true if they are, or were until they were switched off.
 */
bool numalens_event_counted(const struct numalens_snapshot *snapshot)
{
	return snapshot->header.events_ns;
}

/**
 * numalens_event_since() - say since when events are counted
 * @snapshot: snapshot
 *
 * Return: words; free() them.
 */
char *numalens_event_since(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	char *from, *text;

	if (!numalens_event_known(snapshot))
		return numalens_strdup("not known to this module");
	if (!h->events_ns)
		return numalens_strf("off, and never counted: echo on > "
				     "/sys/kernel/numalens/processes/%u/events", h->pid);
	if (h->events_ns < h->watch_ns + AT_ONCE_NS)
		from = numalens_strdup("since the watch began");
	else
		from = numalens_strf("since %.1f s after the watch began",
				     (h->events_ns - h->watch_ns) / 1e9);
	if (!h->events)
		text = numalens_strf("off; they were counted %s, until they were switched off",
				     from);
	else if (h->snapshot_ns < h->events_ns)
		text = numalens_strf("counted %s", from);
	else
		text = numalens_strf("counted %s, for %.1f s", from,
				     (h->snapshot_ns - h->events_ns) / 1e9);
	free(from);
	return text;
}

/**
 * numalens_event_bp() - a share
 * @part: part
 * @whole: of what
 *
 * Return: the share in 1/100 of a percent, rounded; never 0 of something, never
 *	all of less, and 0 of nothing.
 */
uint64_t numalens_event_bp(uint64_t part, uint64_t whole)
{
	uint64_t bp = whole ? (double)part * 10000 / whole + 0.5 : 0;

	if (part && !bp)
		return 1;
	return bp >= 10000 && part < whole ? 9999 : bp;
}

/**
 * numalens_event_json() - say since when events are counted, for programs
 * @snapshot: snapshot
 * @object: gets the members
 */
void numalens_event_json(const struct numalens_snapshot *snapshot, struct json_object *object)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	bool known = numalens_event_known(snapshot);

	json_object_object_add(object, "events",
			       known ? json_object_new_boolean(h->events) : NULL);
	json_object_object_add(object, "events_since_ns",
			       h->events_ns ? json_object_new_uint64(h->events_ns) : NULL);
}
