// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks are armed and disarmed under faults and migrations; what is counted in
 * the end is so from the last time on that events were set on.
 *
 * Oracles: the number of pages that a survivor touches; the kernel's log.
 */
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/need.h"
#include "../lib/puppet.h"
#include "../lib/survivor.h"
#include "../lib/text.h"

#define CYCLES		9
#define LOAD		3

static int first, last;

static int armed_and_disarmed(void)
{
	int i;

	klog_begin();
	if (!load_start(first, last, LOAD) || !survivor_start(last))
		return fail("can't be started and watched");
	balancing_hasty();
	survivor_go();
	for (i = 0; i < CYCLES; i++) {
		text_puts(lens_path(survivor_pid(), "events"), "off\n");
		/* by then, they may be gone, or about to go */
		sleep_ms(i % 3 * 600);
		if (text_puts(lens_path(survivor_pid(), "events"), "on\n"))
			return fail("events can't be set on");
	}
	balancing_off();
	if (survivor_reset())
		return fail("events can't be set off and on");
	survivor_go();
	sleep_ms(300);
	return survivor_check();
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "armed and disarmed under load", armed_and_disarmed },
	};

	need_events(2);
	need_two(&first, &last);
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
