// SPDX-License-Identifier: GPL-2.0
/*
 * The address of a runqueue, from the scheduler's own mouth: a tracepoint that
 * is armed for a moment and hands out the runqueue whose length changes.
 */
#include "probe_rq.h"

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

#define TRACEPOINT_NAME	"sched_update_nr_running_tp"
#define NAP_US		100
#define MAX_NAPS	5000

static void rq_seen(void *seen, struct rq *rq, int change)
{
	WRITE_ONCE(*(struct rq **)seen, rq);
}

static void tracepoint_match(struct tracepoint *tp, void *found)
{
	if (!strcmp(tp->name, TRACEPOINT_NAME))
		*(struct tracepoint **)found = tp;
}

/*
 * By name and not by its exported symbol: on a kernel without it the module
 * shall load and do without.
 */
static struct tracepoint *tracepoint_find(void)
{
	struct tracepoint *found = NULL;

	for_each_kernel_tracepoint(tracepoint_match, &found);
	return found;
}

/**
 * numalens_probe_rq() - learn the address of some CPU's runqueue
 *
 * Every task that goes to sleep changes a runqueue, and so does the caller,
 * who naps until it was seen. May sleep for some milliseconds; nothing stays
 * armed.
 *
 * Return: a runqueue, never NULL; ERR_PTR(-ENOENT) where the kernel lacks the
 * tracepoint, ERR_PTR(-ETIMEDOUT) if it stayed silent for at least half a
 * second, or another error from arming it.
 */
struct rq *numalens_probe_rq(void)
{
	struct tracepoint *tp = tracepoint_find();
	struct rq *seen = NULL;
	int naps, err;

	if (!tp)
		return ERR_PTR(-ENOENT);

	/* The lookup by name loses the type: let the compiler check it here. */
	check_trace_callback_type_sched_update_nr_running_tp(rq_seen);
	err = tracepoint_probe_register(tp, rq_seen, &seen);
	if (err)
		return ERR_PTR(err);
	for (naps = 0; naps < MAX_NAPS && !READ_ONCE(seen); naps++)
		usleep_range(NAP_US, 2 * NAP_US);
	tracepoint_probe_unregister(tp, rq_seen, &seen);
	/* The callback writes to this very stack. */
	tracepoint_synchronize_unregister();

	return seen ?: ERR_PTR(-ETIMEDOUT);
}
