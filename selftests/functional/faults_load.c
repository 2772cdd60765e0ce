// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of the module's own when it is loaded fails, one after the other:
 * loading says ENOMEM and leaves nothing, or all is there as well. In a kernel that
 * fails on demand (make check-debug). Leaves the module loaded.
 *
 *	NUMALENS_FAULTS=SECONDS	until one of seven fails, and again one of 49; by default 60
 *
 * What the kernel itself allocates before it calls the module is left alone, for it warns
 * where some of that fails: it goes from the last allocation back to the first of the
 * module, which is as many before as were asked for since the initcall.
 *
 * Oracles: fail-nth says whether one has failed, the kernel's trace event of an initcall
 * whether it was one of the module's, and traced functions how many there are behind it;
 * ftrace says which functions have hooks; debugfs which scheduling domains there are; the
 * kernel's log, and its checkers for what is left behind.
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
#define SECONDS		60
/* as many failures in a row as this are followed by a try without any */
#define SOME		10
/* a try of each stride at the least */
#define NR_MIN		10

/* What is asked whether it shall fail: each is one of fail-nth's. */
static const char *const asked[] = { "should_failslab\n", "should_fail_alloc_page\n" };

/* What the trace says of a try to load. */
struct seen {
	bool initcall;
	unsigned int nr_behind;	/* allocations since, with those of the tracer's end */
};

static void see(const struct tracer_event *event, void *arg)
{
	struct seen *seen = arg;

	if (!strcmp(event->name, "initcall_start"))
		seen->initcall = true;
	else if (seen->initcall && event->pid == getpid())
		seen->nr_behind++;
}

/* Return: 0, or -errno. */
static int load(unsigned int nth, unsigned int *left, struct seen *seen)
{
	int ret;

	tracer_on();
	faults_arm(nth);
	ret = module_load();
	*left = faults_disarm();
	tracer_off();
	*seen = (struct seen){ 0 };
	tracer_each(see, seen);
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
	struct seen seen;
	unsigned int left;
	int ret = load(nth, &left, &seen);

	*went = !ret;
	*reached = seen.initcall;
	if (ret && ret != -ENOMEM)
		return fail("allocation %u: %s", nth, strerror(-ret));
	if (ret && (lens_loaded() || hooks_count() > 0))
		return fail("allocation %u: not all is undone", nth);
	if (ret)
		return CASE_PASS;
	ret = all_is_there();
	return unload() || ret ? fail("after allocation %u", nth) : CASE_PASS;
}

/* Return: CASE_PASS; *@nr: allocations, *@first: those before the module's */
static int whole(unsigned int *nr, unsigned int *first)
{
	struct seen seen;
	unsigned int left;
	int ret;

	if (tracer_file("current_tracer", "function\n"))
		return fail("the functions can't be traced");
	ret = load(NTH_MAX, &left, &seen);
	*nr = NTH_MAX - left;
	/* ftrace shall tell of hooks of the module's only. */
	tracer_file("current_tracer", "nop\n");
	if (ret)
		return fail("can't be loaded: %s", strerror(-ret));
	if (!seen.initcall || !seen.nr_behind || seen.nr_behind >= *nr)
		return fail("there is no trace of an initcall, or of allocations behind it");
	*first = *nr - seen.nr_behind;
	return all_is_there() || unload() ? CASE_FAIL : CASE_PASS;
}

static int loading(void)
{
	unsigned int nth, nr = 0, first = 0, stride = 1, nr_survived = 0, nr_tried = 0;
	unsigned int seconds = faults_seconds(SECONDS);
	bool went, reached = true;
	uint64_t until;
	int ret;

	if (module_unload())
		return fail("can't be unloaded");
	/* those that are made once, whoever is the first */
	ret = whole(&nr, &first) ?: whole(&nr, &first);
	nth = nr;
	until = now_ns() + seconds * 1000000000ULL;
	while (!ret && reached && nth > first) {
		ret = load_faulty(nth, &went, &reached);
		nr_tried++;
		nr_survived += went;
		if (!ret && !went && nr_tried % SOME == 0)
			ret = whole(&nr, &first);
		if (faults_stride(&stride, &until, seconds))
			note("from the %uth back every %uth", nth, stride);
		/* Shorter ones near the first, so that none strides over it. */
		if (nth <= first + 2 * stride) {
			stride = nth > first ? (nth - first) / 8 + 1 : 1;
			until = UINT64_MAX;
		}
		nth -= stride;
	}
	note("%u allocations failed of those behind the %uth of %u, %u of them it survived",
	     nr_tried, first, nr, nr_survived);
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
	size_t i;
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
	for (i = 0; i < ARRAY_SIZE(asked) && !ret; i++)
		ret = tracer_file("set_ftrace_filter", asked[i]);
	if (ret)
		skip_all("the kernel does not trace what may fail");
	klog_begin();
	ret = cases_run(cases, ARRAY_SIZE(cases), 280 + 5 * faults_seconds(SECONDS));
	tracer_close();
	return ret;
}
