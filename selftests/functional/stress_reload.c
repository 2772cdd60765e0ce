// SPDX-License-Identifier: GPL-2.0
/*
 * The module is unloaded and loaded under faults and migrations, with a watch
 * whose hooks are armed. Leaves the module loaded.
 *
 * Oracles: the number of pages that a survivor touches afterwards; the kernel's
 * log.
 */
#include <string.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/module.h"
#include "../lib/need.h"
#include "../lib/puppet.h"
#include "../lib/survivor.h"
#include "../lib/text.h"

#define RELOADS		6
#define LOAD		3

static int first, last;

static int reload(struct puppet *load)
{
	int ret = module_unload();

	if (ret)
		return fail("can't be unloaded: %s", strerror(-ret));
	lens_forget_all();
	ret = module_load() ?: lens_watch(puppet_pid(load));
	return ret ? fail("can't be loaded: %s", strerror(-ret)) : CASE_PASS;
}

static int reloaded(void)
{
	struct puppet *load = load_start(first, last, LOAD);
	int i, ret = CASE_PASS;

	klog_begin();
	if (!load || lens_watch(puppet_pid(load)))
		return fail("can't be started and watched");
	balancing_hasty();
	for (i = 0; i < RELOADS && !ret; i++) {
		sleep_ms(i % 3 * 100);
		ret = reload(load);
	}
	balancing_off();
	puppet_stop(load);
	if (ret || !survivor_start(last))
		return ret ?: fail("can't be started and watched");
	survivor_go();
	sleep_ms(300);
	return survivor_check();
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "unloaded and loaded under load", reloaded },
	};
	uint64_t watched;
	int ret;

	need_events(2);
	need_two(&first, &last);
	ret = module_find();
	if (ret)
		skip_all("%s: %s", module_path(), strerror(-ret));
	if (lens_get("nr_watched", &watched) || watched)
		skip_all("somebody watches something");
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
