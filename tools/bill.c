// SPDX-License-Identifier: GPL-2.0
/*
 * What a command took, presented at its end.
 */
#include "bill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <json-c/json.h>

#include "account.h"
#include "alloc.h"
#include "balancing.h"
#include "child.h"
#include "column.h"
#include "event.h"
#include "migration.h"
#include "output.h"
#include "placement.h"
#include "touch.h"

#define LABEL		11
#define MAX_SHOWN	20

static double seconds(const struct timeval *time)
{
	return time->tv_sec + time->tv_usec / 1e6;
}

static uint64_t time_ns(const struct timeval *time)
{
	return time->tv_sec * 1000000000ULL + time->tv_usec * 1000ULL;
}

static void print(const char *label, char *text)
{
	numalens_output_wrap(label, LABEL + 1, text);
	free(text);
}

static void command_print(const struct numalens_account *account,
			  const struct numalens_child *child, char **argv)
{
	char *text = numalens_strdup(""), *word, *end;
	size_t i;

	for (i = 0; argv[i]; i++) {
		word = numalens_output_clean(argv[i]);
		numalens_append(&text, "%s%s", i ? " " : "", word);
		free(word);
	}
	print("command", text);
	if (WIFSIGNALED(child->status))
		end = numalens_strf("killed by signal %d (%s)", WTERMSIG(child->status),
				    strsignal(WTERMSIG(child->status)));
	else
		end = numalens_strf("exit status %d", WEXITSTATUS(child->status));
	print("ended", numalens_strf("%s, after %.3f s; CPU time of it and of what it waited for: "
				     "user %.2f s, system %.2f s", end, child->lasted_ns / 1e9,
				     seconds(&child->usage.ru_utime),
				     seconds(&child->usage.ru_stime)));
	free(end);
	if (account->nr_members > 1)
		print("processes", numalens_strf("%zu: it, and %zu that were forked",
						 account->nr_members, account->nr_members - 1));
}

static void placement_print(const struct numalens_account *account)
{
	if (!account->has_largest) {
		numalens_output_wrap("", 0, "Where its memory lay is not known: it ended before it "
				     "was scanned for the first time.");
		return;
	}
	if (account->nr_members > 1)
		puts("The largest of its processes, as it was scanned last:");
	numalens_placement_print(&account->largest);
}

enum {
	COL_PID,
	COL_PARENT,
	COL_COMM,
	COL_TIME,
	COL_RESIDENT,
	COL_REMOTE,
	COL_TOUCHED,
	COL_TOUCHED_REMOTE,
	COL_FAULTS,
	COL_MOVED,
	COL_STATE,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_PID]	= { "PID", "pid", NUMALENS_COLUMN_RIGHT },
	[COL_PARENT]	= { "PARENT", "parent", NUMALENS_COLUMN_RIGHT },
	[COL_COMM]	= { "COMM", "comm", 0 },
	[COL_TIME]	= { "SEC", "time_ns", NUMALENS_COLUMN_RIGHT },
	[COL_RESIDENT]	= { "RESIDENT", "resident_pages", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_TOUCHED]	= { "TOUCHED", "touched_pages", NUMALENS_COLUMN_RIGHT },
	[COL_TOUCHED_REMOTE] = { "-R", "touched_remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_FAULTS]	= { "HINT", "hint_faults", NUMALENS_COLUMN_RIGHT },
	[COL_MOVED]	= { "MOVED", "moved_pages", NUMALENS_COLUMN_RIGHT },
	[COL_STATE]	= { "STATE", "state", NUMALENS_COLUMN_FOLD },
};

static int by_time(const void *a, const void *b)
{
	const struct numalens_member *x = *(const struct numalens_member * const *)a;
	const struct numalens_member *y = *(const struct numalens_member * const *)b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? 1 : -1;
	return (x > y) - (x < y);
}

static void row_add(struct numalens_table *table, const struct numalens_member *member)
{
	numalens_table_row_add(table);
	numalens_table_set(table, COL_PID, 0, NUMALENS_VALUE_COUNT, member->pid);
	if (member->parent)
		numalens_table_set(table, COL_PARENT, 0, NUMALENS_VALUE_COUNT, member->parent);
	if (!member->known)
		return;
	numalens_table_text_set(table, COL_COMM, member->comm);
	numalens_table_text_set(table, COL_STATE, member->exited ? "exited" : "running");
	if (member->exited)
		numalens_table_dull_set(table, COL_STATE);
	if (member->scanned) {
		numalens_table_set(table, COL_RESIDENT, 0, NUMALENS_VALUE_PAGES, member->resident);
		numalens_table_set(table, COL_REMOTE, 0, NUMALENS_VALUE_PAGES, member->remote);
	}
	numalens_table_set(table, COL_TIME, 0, NUMALENS_VALUE_NS, member->time_ns);
	numalens_table_set(table, COL_TOUCHED, 0, NUMALENS_VALUE_PAGES, member->touched);
	numalens_table_set(table, COL_TOUCHED_REMOTE, 0, NUMALENS_VALUE_PAGES,
			   member->touched_remote);
	numalens_table_set(table, COL_FAULTS, 0, NUMALENS_VALUE_COUNT, member->faults);
	numalens_table_set(table, COL_MOVED, 0, NUMALENS_VALUE_PAGES, member->moved);
}

static struct numalens_table *table_alloc(const struct numalens_account *account, size_t top)
{
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, NULL, 0);
	size_t nr = account->nr_members, i;
	const struct numalens_member **members = numalens_alloc(nr, sizeof(*members));

	numalens_table_page_size_set(table, account->page_size ? account->page_size : 4096);
	for (i = 0; i < nr; i++)
		members[i] = &account->members[i];
	qsort(members, nr, sizeof(*members), by_time);
	for (i = 0; i < nr && (!top || i < top); i++)
		row_add(table, members[i]);
	free(members);
	return table;
}

static void members_print(const struct numalens_account *account)
{
	struct numalens_table *table = table_alloc(account, MAX_SHOWN);

	if (account->nr_members > MAX_SHOWN)
		printf("\n%d of %zu processes, most CPU time first, %s\n", MAX_SHOWN,
		       account->nr_members, numalens_output_unit_name());
	else
		printf("\n%zu processes, most CPU time first, %s\n", account->nr_members,
		       numalens_output_unit_name());
	numalens_table_print(table);
	numalens_table_free(table);
}

static void time_print(const struct numalens_snapshot *sum)
{
	char *text = numalens_strdup("");
	size_t node;

	for (node = 0; node < sum->header.nr_nodes; node++)
		numalens_append(&text, "node %" PRIu32 ": %.2f, ", numalens_snapshot_nid(sum, node),
				numalens_snapshot_total(sum, NUMALENS_TOTAL_TIME_NS, node) / 1e9);
	numalens_append(&text, "all: %.2f", numalens_snapshot_sum(sum, NUMALENS_TOTAL_TIME_NS) /
			1e9);
	print("CPU seconds", text);
}

static void sum_print(const struct numalens_account *account)
{
	struct numalens_snapshot sum;

	if (numalens_account_sum(account, &sum)) {
		puts("\nnothing could be read of it");
		return;
	}
	printf("\n%s\n", account->nr_members > 1 ? "All its processes together:" :
	       "From its beginning to its end:");
	time_print(&sum);
	if (account->strange)
		print("", numalens_strf("without %zu processes: nodes came or went", account->strange));
	if (numalens_event_counted(&sum)) {
		putchar('\n');
		numalens_touch_print(&sum);
		putchar('\n');
		numalens_balancing_print_faults(&sum);
		putchar('\n');
		numalens_migration_print(&sum);
		putchar('\n');
		numalens_migration_print_moves(&sum);
	} else {
		puts("events were not counted");
	}
	numalens_snapshot_free(&sum);
}

/**
 * numalens_bill_print() - present the account to people
 * @account: account that is finished
 * @child: the command
 * @argv: how it was called
 */
void numalens_bill_print(const struct numalens_account *account,
			 const struct numalens_child *child, char **argv)
{
	command_print(account, child, argv);
	putchar('\n');
	placement_print(account);
	sum_print(account);
	if (account->nr_members > 1)
		members_print(account);
}

static void add_u64(struct json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

static struct json_object *placement_json(const struct numalens_account *account)
{
	const struct numalens_snapshot *s = &account->largest.snapshot;
	struct json_object *object;

	if (!account->has_largest)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "pid", json_object_new_int64(s->header.pid));
	json_object_object_add(object, "comm", numalens_output_json_text(s->comm));
	numalens_placement_json(&account->largest, object);
	return object;
}

static void sum_json(const struct numalens_account *account, struct json_object *object)
{
	struct json_object *nodes = json_object_new_array(), *times = json_object_new_array();
	struct numalens_snapshot sum;
	size_t node;

	for (node = 0; node < account->nr_nodes; node++) {
		json_object_array_add(nodes, json_object_new_int64(account->nids[node]));
		json_object_array_add(times, json_object_new_uint64(account->time_ns[node]));
	}
	json_object_object_add(object, "nodes", nodes);
	json_object_object_add(object, "time_ns", times);
	if (numalens_account_sum(account, &sum))
		return;
	add_u64(object, "page_size_bytes", sum.header.page_size);
	numalens_event_json(&sum, object);
	json_object_object_add(object, "first_touch", numalens_touch_json(&sum));
	json_object_object_add(object, "hint_faults", numalens_balancing_json_faults(&sum));
	json_object_object_add(object, "migrations", numalens_migration_json(&sum));
	json_object_object_add(object, "task_moves", numalens_migration_json_moves(&sum));
	numalens_snapshot_free(&sum);
}

/**
 * numalens_bill_json() - present the account to programs
 * @account: account that is finished
 * @child: the command
 * @argv: how it was called
 * @object: gets the members
 */
void numalens_bill_json(const struct numalens_account *account,
			const struct numalens_child *child, char **argv,
			struct json_object *object)
{
	struct json_object *words = json_object_new_array();
	struct numalens_table *table = table_alloc(account, 0);
	size_t i;

	for (i = 0; argv[i]; i++)
		json_object_array_add(words, numalens_output_json_text(argv[i]));
	json_object_object_add(object, "argv", words);
	json_object_object_add(object, "exit_status", WIFSIGNALED(child->status) ? NULL :
			       json_object_new_int(WEXITSTATUS(child->status)));
	json_object_object_add(object, "signal", WIFSIGNALED(child->status) ?
			       json_object_new_int(WTERMSIG(child->status)) : NULL);
	add_u64(object, "elapsed_ns", child->lasted_ns);
	add_u64(object, "user_ns", time_ns(&child->usage.ru_utime));
	add_u64(object, "system_ns", time_ns(&child->usage.ru_stime));
	json_object_object_add(object, "placement", placement_json(account));
	sum_json(account, object);
	json_object_object_add(object, "processes", numalens_table_json(table));
	numalens_table_free(table);
}
