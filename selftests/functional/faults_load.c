// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of the module's own when it is loaded fails, one after the other:
 * loading says ENOMEM and leaves nothing, or all is there as well. In a kernel that
 * fails on demand (make check-debug). Leaves the module loaded.
 *
 * What the kernel itself allocates before it calls the module is left alone: it goes
 * from the last allocation back to the first of the module.
 *
 * Oracles: fail-nth says whether one has failed, the kernel's trace event of an
 * initcall whether it was one of the module's; ftrace says which functions have hooks;
 * debugfs which scheduling domains there are; the kernel's log, and its checkers for
 * what is left behind.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/domain.h"
#include "../lib/faults.h"
#include "../lib/hooks.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/module.h"
#include "../lib/text.h"
#include "../lib/tracer.h"

#define NTH_MAX		1000000
#define BUDGET_S	60
/* as many failures in a row as this are followed by a try without any */
#define SOME		10
/* a try of each stride at the least */
#define NR_MIN		10

static void ignore(const struct tracer_event *event, void *arg)
{
}

/* Return: 0, or -errno. */
static int load(unsigned int nth, unsigned int *left, bool *reached)
{
	int ret;

	tracer_on();
	faults_arm(nth);
	ret = module_load();
	*left = faults_disarm();
	tracer_off();
	*reached = tracer_each(ignore, NULL) > 0;
	return ret;
}

static int all_is_there(void)
{
	uint64_t generation;

	/* makes what memory was missing for */
	if (domains_generation(&generation) || domains_compare())
		return fail("the domains are not as they should be");
	return lens_watch(getpid()) || lens_scan(getpid()) || lens_unwatch(getpid()) ?
		fail("a process can't be watched") : CASE_PASS;
}

static int unload(void)
{
	int ret = module_unload();

	lens_forget_all();
	if (ret)
		return fail("can't be unloaded: %s", strerror(-ret));
	return lens_loaded() || hooks_count() > 0 ? fail("not all is gone") : CASE_PASS;
}

/* Return: CASE_PASS; *@went: it was loaded all the same */
static int load_faulty(unsigned int nth, bool *went, bool *reached)
{
	unsigned int left;
	int ret = load(nth, &left, reached);

	*went = !ret;
	if (ret && ret != -ENOMEM)
		return fail("allocation %u: %s", nth, strerror(-ret));
	if (ret && (lens_loaded() || hooks_count() > 0))
		return fail("allocation %u: not all is undone", nth);
	if (ret)
		return CASE_PASS;
	ret = all_is_there();
	return unload() || ret ? fail("after allocation %u", nth) : CASE_PASS;
}

static int whole(unsigned int *nr)
{
	unsigned int left;
	bool reached;
	int ret = load(NTH_MAX, &left, &reached);

	*nr = NTH_MAX - left;
	if (ret)
		return fail("can't be loaded: %s", strerror(-ret));
	if (!reached)
		return fail("there is no trace of an initcall");
	return all_is_there() || unload() ? CASE_FAIL : CASE_PASS;
}

static int loading(void)
{
	unsigned int nth, nr, stride = 1, nr_survived = 0, nr_tried = 0;
	bool went, reached = true;
	uint64_t until;
	int ret;

	if (module_unload())
		return fail("can't be unloaded");
	/* those that are made once, whoever is the first */
	ret = whole(&nr) ?: whole(&nr);
	nth = nr;
	until = now_ns() + BUDGET_S * 1000000000ULL;
	while (!ret && reached && nth) {
		ret = load_faulty(nth, &went, &reached);
		nr_tried++;
		nr_survived += went;
		if (!ret && !went && nr_tried % SOME == 0)
			ret = whole(&nr);
		/* Shorter ones near the first: the module's own begin somewhere behind it. */
		if (nth <= 2 * stride) {
			stride = nth / 8 + 1;
			until = UINT64_MAX;
		} else if (faults_stride(&stride, &until, BUDGET_S)) {
			note("from the %uth back every %uth", nth, stride);
		}
		nth -= stride;
	}
	note("%u allocations failed of those behind the %uth of %u, %u of them it survived",
	     nr_tried, nth, nr, nr_survived);
	/* Without @reached it got to one of the kernel's own that it can't do without. */
	if (!ret && nr_tried < NR_MIN)
		ret = fail("so few can't be the module's");
	return module_load() ? fail("can't be loaded") : ret ?: all_is_there();
}

static int no_complaint(void)
{
	int nr = klog_complaints();

	return nr ? fail("%d complaints in the kernel's log", nr) : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "an allocation fails while it is loaded", loading },
		{ "the kernel had nothing to complain about", no_complaint },
	};
	uint64_t watched;
	int ret;

	need(1);
	domains_need();
	faults_need();
	ret = module_find();
	if (ret)
		skip_all("%s: %s", module_path(), strerror(-ret));
	if (lens_get("nr_watched", &watched) || watched)
		skip_all("somebody watches something");
	if (!tracer_open() || tracer_enable("initcall/initcall_start", NULL))
		skip_all("the kernel does not trace initcalls");
	klog_begin();
	ret = cases_run(cases, ARRAY_SIZE(cases), 280);
	tracer_close();
	return ret;
}
