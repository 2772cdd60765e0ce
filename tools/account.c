// SPDX-License-Identifier: GPL-2.0
/*
 * The account of a process and of those that it forked, under follow_forks.
 *
 * A process that has exited stays listed until it is unwatched, and there is a
 * limit to how many are watched: so what has exited is read and unwatched while
 * the others run. Its last CPU time arrives a moment after its end: it is given
 * that moment.
 */
#include "account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "clock.h"
#include "event.h"
#include "matrix.h"

#define SETTLE_NS	200000000ULL
#define POLL_NS		50000000L

static void member_add(struct numalens_account *account, unsigned int pid, unsigned int parent)
{
	struct numalens_member member = { .pid = pid, .parent = parent };

	account->members = numalens_realloc(account->members, account->nr_members + 1,
					    sizeof(*account->members));
	account->members[account->nr_members++] = member;
}

/**
 * numalens_account_init() - start an account
 * @account: gets it; numalens_account_free() it
 * @pid: the process, which is watched
 */
void numalens_account_init(struct numalens_account *account, unsigned int pid)
{
	memset(account, 0, sizeof(*account));
	member_add(account, pid, 0);
}

/**
 * numalens_account_free() - end an account
 * @account: account
 */
void numalens_account_free(struct numalens_account *account)
{
	size_t i;

	for (i = 0; i < account->nr_members; i++)
		free(account->members[i].comm);
	free(account->members);
	free(account->nids);
	free(account->time_ns);
	free(account->counts);
	if (account->has_largest)
		numalens_reader_process_free(&account->largest);
}

static bool is_member(const struct numalens_account *account, unsigned int pid)
{
	size_t i;

	for (i = 0; i < account->nr_members; i++)
		if (account->members[i].pid == pid && !account->members[i].done)
			return true;
	return false;
}

/* Also one that was read and unwatched: its children may be found after it. */
static bool was_member(const struct numalens_account *account, unsigned int pid)
{
	size_t i;

	for (i = 0; i < account->nr_members; i++)
		if (account->members[i].pid == pid)
			return true;
	return false;
}

static void members_find(struct numalens_account *account)
{
	struct numalens_fork *forks;
	size_t nr, i;

	forks = numalens_reader_forks(&nr);
	for (i = 0; i < nr; i++)
		if (!is_member(account, forks[i].pid) && was_member(account, forks[i].parent))
			member_add(account, forks[i].pid, forks[i].parent);
	free(forks);
}

/* The first that is read decides on the columns. */
static bool nodes_fit(struct numalens_account *account, const struct numalens_snapshot *s)
{
	size_t nr = s->header.nr_nodes, i;

	if (!account->nr_nodes) {
		account->nr_nodes = nr;
		account->nids = numalens_snapshot_nids(s);
		account->page_size = s->header.page_size;
		account->time_ns = numalens_alloc(nr, sizeof(*account->time_ns));
		account->counts = numalens_alloc(NUMALENS_NR_EVENTS * nr * nr,
						 sizeof(*account->counts));
	}
	if (account->nr_nodes != nr || account->page_size != s->header.page_size)
		return false;
	for (i = 0; i < nr; i++)
		if (account->nids[i] != numalens_snapshot_nid(s, i))
			return false;
	return true;
}

static void counts_add(struct numalens_account *account, const struct numalens_snapshot *s)
{
	size_t nr = s->header.nr_nodes, event, i;
	struct numalens_matrix matrix;

	if (!nodes_fit(account, s)) {
		account->strange++;
		return;
	}
	if (s->header.caller_pid) {
		account->caller_pid = s->header.caller_pid;
		account->caller_event = s->header.caller_event;
		memcpy(account->caller_comm, s->header.caller_comm, NUMALENS_COMM_LEN);
	}
	for (i = 0; i < nr; i++)
		account->time_ns[i] += numalens_snapshot_total(s, NUMALENS_TOTAL_TIME_NS, i);
	for (event = 0; event < NUMALENS_NR_EVENTS; event++) {
		numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENT(event));
		for (i = 0; i < nr * nr; i++)
			account->counts[event * nr * nr + i] += matrix.counts[i];
		numalens_matrix_free(&matrix);
	}
}

static void member_fill(struct numalens_member *member, const struct numalens_process *process,
			uint64_t begun_ns)
{
	const struct numalens_snapshot *s = &process->snapshot;
	struct numalens_matrix touches;

	numalens_matrix_read(&touches, s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	member->known = true;
	member->exited = process->state && !strcmp(process->state, "exited");
	member->time_ns = numalens_snapshot_sum(s, NUMALENS_TOTAL_TIME_NS);
	member->scanned = s->header.snapshot_ns >= begun_ns;
	if (member->scanned)
		member->comm = numalens_strdup(s->comm);
	member->resident = numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES);
	member->remote = s->header.remote_pages;
	member->touched = numalens_matrix_sum(&touches);
	member->touched_remote = member->touched - numalens_matrix_local(&touches);
	member->faults = numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0,
						NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	member->moved = numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0,
					       NUMALENS_EVENTS_MIGRATE);
	numalens_matrix_free(&touches);
}

static void largest_keep(struct numalens_account *account, const struct numalens_member *member,
			 struct numalens_process *process)
{
	if (!member->scanned || (account->has_largest && member->resident <=
				 numalens_snapshot_sum(&account->largest.snapshot,
						       NUMALENS_TOTAL_PAGES))) {
		numalens_reader_process_free(process);
		return;
	}
	if (account->has_largest)
		numalens_reader_process_free(&account->largest);
	account->largest = *process;
	account->has_largest = true;
}

/* EBUSY: it is scanned for the first time; it will be tried again. */
static void member_unwatch(struct numalens_member *member)
{
	char *text = numalens_strf("%u", member->pid);

	member->done = numalens_reader_unwatch(text) != -EBUSY;
	free(text);
}

/* What was unwatched by somebody else has nothing left to read. */
static void member_read(struct numalens_account *account, size_t index)
{
	struct numalens_member *member = &account->members[index];
	struct numalens_process process;

	if (member->read || !numalens_reader_is_watched(member->pid)) {
		/* nothing to read any more */
	} else if (numalens_reader_process(&process, member->pid, NUMALENS_SCAN_ALWAYS)) {
		numalens_reader_process_free(&process);
	} else {
		member_fill(member, &process, account->begun_ns);
		counts_add(account, &process.snapshot);
		if (!index)
			account->header = process.snapshot.header;
		largest_keep(account, member, &process);
	}
	member->read = true;
	member_unwatch(member);
}

static bool member_exited(struct numalens_member *member)
{
	if (!member->exited_ns && numalens_reader_has_exited(member->pid))
		member->exited_ns = numalens_clock_ns();
	return member->exited_ns;
}

static bool member_settled(struct numalens_member *member)
{
	return member_exited(member) && numalens_clock_ns() - member->exited_ns >= SETTLE_NS;
}

/**
 * numalens_account_update() - read what has exited
 * @account: account; its first process stays watched
 *
 * To be called again and again while it runs.
 */
void numalens_account_update(struct numalens_account *account)
{
	size_t i;

	members_find(account);
	for (i = 1; i < account->nr_members; i++)
		if (!account->members[i].done && member_settled(&account->members[i]))
			member_read(account, i);
}

static bool all_settled(struct numalens_account *account)
{
	size_t i;

	for (i = 0; i < account->nr_members; i++)
		if (!account->members[i].done && member_exited(&account->members[i]) &&
		    !member_settled(&account->members[i]))
			return false;
	return true;
}

/**
 * numalens_account_finish() - read all, whether it has exited or not, and unwatch it
 * @account: account of a process that has been waited for
 */
void numalens_account_finish(struct numalens_account *account)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	uint64_t end = numalens_clock_ns() + 10 * SETTLE_NS;
	size_t i;

	while (numalens_clock_ns() < end &&
	       !(member_exited(&account->members[0]) && all_settled(account)))
		nanosleep(&pause, NULL);
	members_find(account);
	for (i = 0; i < account->nr_members; i++)
		if (!account->members[i].done)
			member_read(account, i);
	numalens_account_drop(account);
}

/**
 * numalens_account_drop() - unwatch what still is watched
 * @account: account
 */
void numalens_account_drop(struct numalens_account *account)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	uint64_t end = numalens_clock_ns() + 10 * SETTLE_NS;
	size_t i;

	/* One that was forked after the last look is found now. */
	members_find(account);
	for (i = 0; i < account->nr_members; i++)
		while (!account->members[i].done && numalens_clock_ns() < end) {
			member_unwatch(&account->members[i]);
			if (!account->members[i].done)
				nanosleep(&pause, NULL);
		}
}

static size_t cells_write(const struct numalens_account *account, struct numalens_cell *cells)
{
	size_t nr = account->nr_nodes, event, i, used = 0;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++) {
		for (i = 0; i < nr * nr; i++) {
			uint64_t count = account->counts[event * nr * nr + i];

			if (!count)
				continue;
			if (cells)
				cells[used] = (struct numalens_cell){
					.scope = NUMALENS_SCOPE_PROCESS, .event = event,
					.row = i / nr, .column = i % nr, .count = count,
				};
			used++;
		}
	}
	return used;
}

/**
 * numalens_account_sum() - all processes together
 * @account: account that is finished
 * @snapshot: gets what one process would have that did it all: no VMAs, no
 *	threads; numalens_snapshot_free() it
 *
 * Return: 0, or -ENODATA if no process could be read.
 */
int numalens_account_sum(const struct numalens_account *account,
			 struct numalens_snapshot *snapshot)
{
	struct numalens_snapshot_header *h = &snapshot->header;
	size_t nr = account->nr_nodes;

	memset(snapshot, 0, sizeof(*snapshot));
	if (!nr)
		return -ENODATA;
	*h = account->header;
	h->header_size = sizeof(*h);
	h->nr_nodes = nr;
	h->page_size = account->page_size;
	h->caller_pid = account->caller_pid;
	h->caller_event = account->caller_event;
	memcpy(h->caller_comm, account->caller_comm, NUMALENS_COMM_LEN);
	h->nr_totals = NUMALENS_NR_TOTALS;
	h->nr_orders = 0;
	h->nr_vmas = 0;
	h->nr_threads = 0;
	h->nr_cells = cells_write(account, NULL);
	h->cell_size = sizeof(struct numalens_cell);
	h->nodes_offset = sizeof(*h);
	h->totals_offset = h->nodes_offset + 8 * ((4 * nr + 7) / 8);
	h->strings_offset = h->totals_offset + 8 * nr * NUMALENS_NR_TOTALS;
	h->cells_offset = h->strings_offset + 8;
	h->size = h->cells_offset + (uint64_t)h->nr_cells * h->cell_size;
	snapshot->data = numalens_alloc(h->size, 1);
	memcpy(snapshot->data + h->nodes_offset, account->nids, 4 * nr);
	memcpy(snapshot->data + h->totals_offset + 8 * nr * NUMALENS_TOTAL_TIME_NS,
	       account->time_ns, 8 * nr);
	cells_write(account, (struct numalens_cell *)(snapshot->data + h->cells_offset));
	return 0;
}
