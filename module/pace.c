// SPDX-License-Identifier: GPL-2.0
/*
 * The pace of background scans: all of them together use less than a given
 * share of one CPU.
 *
 * There is one line of time. Work of t ns moves it t / limit ahead, and whoever
 * did the work waits until the clock has reached it. Scans that run side by
 * side push the same line, so their shares add up to the limit, and each gets
 * its turn after a batch.
 */
#include "pace.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>

static unsigned int limit_bp = 500;

/* Protects: line_ns. */
static DEFINE_SPINLOCK(line_lock);
static u64 line_ns;

unsigned int numalens_pace_limit(void)
{
	return READ_ONCE(limit_bp);
}

/**
 * numalens_pace_set_limit - set the share of one CPU
 * @bp: 1/100 of a percent, 1 to 10000
 */
void numalens_pace_set_limit(unsigned int bp)
{
	WRITE_ONCE(limit_bp, bp);
	/* What was borrowed at the old price is forgiven: a raised limit acts at once. */
	spin_lock(&line_lock);
	line_ns = 0;
	spin_unlock(&line_lock);
}

/**
 * numalens_pace_begin - work begins, or goes on after a wait
 * @pace: the work
 */
void numalens_pace_begin(struct numalens_pace *pace)
{
	pace->since_ns = ktime_get_ns();
}

/**
 * numalens_pace_charge - account for the work since it began
 * @pace: the work; what follows is accounted for by the next call
 *
 * The line is pushed from where the work began, not from now: of scans that ran
 * side by side each pays for its own time, though it passed only once.
 *
 * Return: jiffies to wait before more is done; 0 while the debt is below one.
 */
unsigned long numalens_pace_charge(struct numalens_pace *pace)
{
	u64 now = ktime_get_ns(), ns = now - pace->since_ns, ahead;

	spin_lock(&line_lock);
	line_ns = max(line_ns, pace->since_ns) + div_u64(ns * 10000, numalens_pace_limit());
	ahead = line_ns > now ? line_ns - now : 0;
	spin_unlock(&line_lock);

	pace->since_ns = now;
	return nsecs_to_jiffies(ahead);
}
