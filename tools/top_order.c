// SPDX-License-Identifier: GPL-2.0
/*
 * Which of the watched processes are shown, and which come first.
 */
#include "top_order.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static const struct {
	const char *name;
	const char *words;
} orders[NUMALENS_TOP_NR_ORDERS] = {
	[NUMALENS_TOP_BY_SHARE] = { "share", "remote share" },
	[NUMALENS_TOP_BY_REMOTE] = { "remote", "remote pages" },
	[NUMALENS_TOP_BY_RESIDENT] = { "resident", "resident pages" },
	[NUMALENS_TOP_BY_HINTS] = { "hints", "remote hinting faults" },
	[NUMALENS_TOP_BY_MIGRATED] = { "migrated", "migrated pages" },
	[NUMALENS_TOP_BY_PID] = { "pid", "pid" },
	[NUMALENS_TOP_BY_NAME] = { "name", "name" },
	[NUMALENS_TOP_BY_USER] = { "user", "user" },
};

/**
 * numalens_top_order_name() - name of an order, for the command line
 * @order: the order
 *
 * Return: the name.
 */
const char *numalens_top_order_name(enum numalens_top_order order)
{
	return orders[order].name;
}

/**
 * numalens_top_order_words() - say what processes are sorted by
 * @order: the order
 *
 * Return: the words.
 */
const char *numalens_top_order_words(enum numalens_top_order order)
{
	return orders[order].words;
}

/**
 * numalens_top_order_parse() - understand the name of an order
 * @order: gets the order
 * @name: its name
 *
 * Return: false if there is none of that name.
 */
bool numalens_top_order_parse(enum numalens_top_order *order, const char *name)
{
	unsigned int i;

	for (i = 0; i < NUMALENS_TOP_NR_ORDERS; i++) {
		if (strcmp(orders[i].name, name))
			continue;
		*order = i;
		return true;
	}
	return false;
}

/**
 * numalens_top_order_names() - list the names of the orders
 *
 * Return: a list for a sentence; free() it.
 */
char *numalens_top_order_names(void)
{
	char *text = numalens_strdup("");
	unsigned int i;

	for (i = 0; i < NUMALENS_TOP_NR_ORDERS; i++)
		numalens_append(&text, "%s%s", i ? ", " : "", orders[i].name);
	return text;
}

static int by_number(double a, double b)
{
	return (a < b) - (a > b);
}

/* What is not known comes last. */
static int by_text(const char *a, const char *b)
{
	if (!a || !b)
		return !a - !b;
	return strcmp(a, b);
}

static double rate_of(const struct numalens_top_process *process, double rate)
{
	return process->rates.known ? rate : -1;
}

static int compare(const struct numalens_top_process *a, const struct numalens_top_process *b,
		   enum numalens_top_order order)
{
	const struct numalens_snapshot_header *x = &a->now.header, *y = &b->now.header;

	switch (order) {
	case NUMALENS_TOP_BY_SHARE:
		return by_number(x->remote_bp, y->remote_bp);
	case NUMALENS_TOP_BY_REMOTE:
		return by_number(x->remote_pages, y->remote_pages);
	case NUMALENS_TOP_BY_RESIDENT:
		return by_number(numalens_snapshot_sum(&a->now, NUMALENS_TOTAL_PAGES),
				 numalens_snapshot_sum(&b->now, NUMALENS_TOTAL_PAGES));
	case NUMALENS_TOP_BY_HINTS:
		return by_number(rate_of(a, a->rates.remote), rate_of(b, b->rates.remote));
	case NUMALENS_TOP_BY_MIGRATED:
		return by_number(rate_of(a, a->rates.migrated), rate_of(b, b->rates.migrated));
	case NUMALENS_TOP_BY_NAME:
		return by_text(a->now.comm, b->now.comm);
	case NUMALENS_TOP_BY_USER:
		return by_text(a->identity.user, b->identity.user);
	default:
		return 0;
	}
}

/* Equal ones: the one with more remote pages first, then by pid. */
static int by_order(const void *a, const void *b, void *context)
{
	const struct numalens_top_process *x = *(struct numalens_top_process * const *)a;
	const struct numalens_top_process *y = *(struct numalens_top_process * const *)b;
	const struct numalens_top *top = context;
	int order = compare(x, y, top->order);

	if (!order && top->order != NUMALENS_TOP_BY_PID)
		order = compare(x, y, NUMALENS_TOP_BY_REMOTE);
	if (!order)
		order = (x->pid > y->pid) - (x->pid < y->pid);
	return top->reverse ? -order : order;
}

static void nid_add(struct numalens_top *top, uint32_t nid)
{
	size_t i = 0;

	while (i < top->nr_nodes && top->nids[i] < nid)
		i++;
	if (i < top->nr_nodes && top->nids[i] == nid)
		return;
	top->nids = numalens_realloc(top->nids, top->nr_nodes + 1, sizeof(*top->nids));
	memmove(top->nids + i + 1, top->nids + i, (top->nr_nodes++ - i) * sizeof(*top->nids));
	top->nids[i] = nid;
}

/**
 * numalens_top_arrange() - choose and sort the processes to be shown
 * @top: what there is; to be done whenever it, the filter, or the order has changed
 */
void numalens_top_arrange(struct numalens_top *top)
{
	size_t i, node;

	top->shown = numalens_realloc(top->shown, top->nr, sizeof(struct numalens_top_process *));
	top->nr_shown = 0;
	top->nr_nodes = 0;
	for (i = 0; i < top->nr; i++) {
		struct numalens_top_process *process = &top->processes[i];

		if (!process->now.data ||
		    !numalens_filter_takes(&top->filter, process->pid, &process->identity) ||
		    !numalens_filter_takes_nodes(&top->filter, &process->now))
			continue;
		top->shown[top->nr_shown++] = process;
		for (node = 0; node < process->now.header.nr_nodes; node++)
			nid_add(top, numalens_snapshot_nid(&process->now, node));
	}
	if (top->nr_shown)
		qsort_r(top->shown, top->nr_shown, sizeof(struct numalens_top_process *), by_order,
			top);
}
