// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks are there while a process is watched with its events on, and only then;
 * nobody waits for them but who wants them; nobody can silence them, and others
 * trace the same functions beside them.
 *
 * Oracles: enabled_functions of tracefs and the list of kprobes, which are as
 * they were before the first watch again; time stamps of what was done meanwhile;
 * the number of pages touched; the function tracer itself.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/text.h"
#include "../lib/tracer.h"

#define KPROBES		"/sys/kernel/debug/kprobes/list"
#define FTRACE_ENABLED	"/proc/sys/kernel/ftrace_enabled"
#define PAGES		500
#define SECOND		1000000000ULL
/* ten seconds of them */
#define LOOKS		200
#define TRIES		10

static int first, last;

static int hooks_in(const char *path)
{
	char *text = text_read(path, NULL);
	const char *at = text;
	int nr = 0;

	while (at && (at = strchr(at, '\n'))) {
		nr++;
		at++;
	}
	free(text);
	return nr;
}

/* Lines of both lists: functions that are hooked, by whatever means. */
static int hooks(void)
{
	return hooks_in(TRACING "/enabled_functions") + hooks_in(KPROBES);
}

/* They go after the last watch, not with it. */
static bool hooks_become(int nr)
{
	uint64_t until = now_ns() + 60 * SECOND * patience();

	while (hooks() != nr && now_ns() < until)
		sleep_ms(50);
	return hooks() == nr;
}

/* Those of a test before may still be on their way; those of others stay. */
static int hooks_at_rest(void)
{
	int nr = hooks(), was = nr, looks = 0;

	while (nr && looks++ < LOOKS) {
		sleep_ms(50);
		nr = hooks();
		if (nr != was)
			looks = 0;
		was = nr;
	}
	return nr;
}

static struct puppet *start(void)
{
	int nids[] = { first, last };

	lens_set("refresh_ms", 0);
	balancing_off();
	return puppet_start(nids, ARRAY_SIZE(nids));
}

static int events_set(pid_t pid, const char *word)
{
	return text_puts(lens_path(pid, "events"), word);
}

static uint64_t touched(pid_t pid)
{
	struct matrix matrix;

	lens_scan(pid);
	return lens_matrix(pid, "first_touch/matrix", &matrix) ? UINT64_MAX :
		matrix_sum(&matrix);
}

/* What a thread that touches PAGES pages of its own adds. */
static uint64_t adds(struct puppet *puppet)
{
	pid_t pid = puppet_pid(puppet);
	uint64_t before = touched(pid);
	long addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);

	puppet_do(puppet, 0, do_touch, addr, PAGES, 0);
	return touched(pid) - before;
}

static int counts(struct puppet *puppet)
{
	uint64_t nr = adds(puppet);

	/* its page tables are no pages of its, its stack may be */
	return nr >= PAGES && nr <= PAGES + 4 ? CASE_PASS :
		fail("%" PRIu64 " pages were counted, %d touched", nr, PAGES);
}

static int only_while_watched(void)
{
	int before, during, ret;
	struct puppet *one = start(), *two = start();

	if (!one || !two)
		return fail("can't be started");
	before = hooks_at_rest();
	if (lens_watch(puppet_pid(one)))
		return fail("can't be watched");
	during = hooks();
	note("%d hooks", during - before);
	if (during <= before)
		return fail("no hook appears");
	ret = counts(one);
	lens_watch(puppet_pid(two));
	lens_unwatch(puppet_pid(one));
	sleep_ms(2000);
	if (hooks() != during)
		return fail("%d hooks while one is watched", hooks() - before);
	ret = ret ?: counts(two);
	lens_unwatch(puppet_pid(two));
	return ret ?: hooks_become(before) ? CASE_PASS :
		fail("%d hooks stay", hooks() - before);
}

static int only_while_on(void)
{
	struct puppet *puppet = start();
	int before = hooks_at_rest(), ret;
	char *word;
	pid_t pid;

	if (!puppet)
		return fail("can't be started");
	pid = puppet_pid(puppet);
	text_puts(LENS_ROOT "/events", "off\n");
	ret = lens_watch(pid);
	text_puts(LENS_ROOT "/events", "on\n");
	if (ret)
		return fail("can't be watched");
	word = lens_word(pid, "events");
	if (!word || strcmp(word, "off"))
		ret = fail("events is %s", word ?: "not there");
	free(word);
	if (hooks() != before)
		return fail("%d hooks with events off", hooks() - before);
	if (lens_value(pid, "events_since_ns"))
		return fail("events_since_ns, and they never were on");
	if (adds(puppet))
		return fail("something was counted with events off");
	if (events_set(pid, "on\n"))
		return fail("events can't be set on");
	ret = ret ?: counts(puppet);
	if (hooks() == before)
		return fail("no hooks with events on");
	events_set(pid, "off\n");
	return ret ?: hooks_become(before) ? CASE_PASS :
		fail("%d hooks stay", hooks() - before);
}

/* Off keeps what was counted, on begins again. */
static int off_and_on(void)
{
	struct puppet *puppet = start();
	uint64_t since, now = now_ns(), nr;
	pid_t pid;

	if (!puppet || lens_watch(puppet_pid(puppet)))
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	since = lens_value(pid, "events_since_ns");
	if (since < now || since > now_ns())
		return fail("events_since_ns is not when it was watched");
	if (counts(puppet))
		return CASE_FAIL;
	nr = touched(pid);
	events_set(pid, "off\n");
	if (adds(puppet) || touched(pid) != nr)
		return fail("off does not keep what was counted");
	if (lens_value(pid, "events_since_ns") != since)
		return fail("off changes events_since_ns");
	now = now_ns();
	events_set(pid, "on\n");
	since = lens_value(pid, "events_since_ns");
	if (since < now || since > now_ns())
		return fail("events_since_ns is not when it was set on");
	if (touched(pid))
		return fail("on does not begin from zero");
	if (!events_set(pid, "maybe\n"))
		return fail("events takes any word");
	return counts(puppet);
}

/*
 * Return: how often a process is scanned and read while hooks are armed for another,
 * or -1.
 */
static int done_meanwhile(struct puppet *one, struct puppet *two, uint64_t *took)
{
	uint64_t began = now_ns();
	int done = 0, status;
	pid_t watcher;

	watcher = proc_fork();
	if (!watcher) {
		text_puts(LENS_ROOT "/events", "on\n");
		_exit(lens_watch(puppet_pid(two)) ? 1 : 0);
	}
	/* what begins before the end and is done before it has not waited */
	while (!waitpid(watcher, &status, WNOHANG)) {
		free(lens_word(puppet_pid(one), "comm"));
		lens_scan(puppet_pid(one));
		lens_value(puppet_pid(one), "generation");
		done++;
	}
	*took = now_ns() - began;
	lens_unwatch(puppet_pid(two));
	note("%d scans and reads within %" PRIu64 " ms", done, *took / 1000000);
	return status ? -1 : done;
}

/*
 * Had a reader and a scan of another process to wait for the watch, none would be done
 * between its begin and its end, however often it is tried: a machine that stands still
 * may keep them from it once.
 */
static int nobody_waits(void)
{
	struct puppet *one = start(), *two = start();
	int before = hooks_at_rest(), done, tries = 0;
	uint64_t took;

	if (!one || !two)
		return fail("can't be started");
	do {
		text_puts(LENS_ROOT "/events", "off\n");
		if (!tries)
			lens_watch(puppet_pid(one));
		done = done_meanwhile(one, two, &took);
		text_puts(LENS_ROOT "/events", "on\n");
		if (done < 0)
			return fail("the other can't be watched");
		/* a second is what it takes at times; then they had one go at most */
	} while (took > SECOND / 5 && done < 3 && ++tries < TRIES && hooks_become(before));
	return took > SECOND / 5 && done < 3 ? fail("each had one go at most") :
		CASE_PASS;
}

/* With ftrace off, either it can't be, or the hooks do not mind. */
static int ftrace_off(void)
{
	struct puppet *puppet = start();
	int ret;

	if (!puppet || lens_watch(puppet_pid(puppet)))
		return fail("can't be started and watched");
	ret = text_puts(FTRACE_ENABLED, "0\n");
	if (ret == -ENOENT)
		return skip("there is no ftrace_enabled");
	note("ftrace_enabled=0: %s", ret ? strerror(-ret) : "done");
	ret = counts(puppet);
	text_puts(FTRACE_ENABLED, "1\n");
	return ret ?: counts(puppet);
}

static void ignore(const struct tracer_event *event, void *arg)
{
}

/* The function tracer on what the page faults of anonymous memory call. */
static int second_tracer(void)
{
	static const char *const functions[] = {
		"page_add_new_anon_rmap\n", "folio_add_new_anon_rmap\n",
	};
	struct puppet *puppet = start();
	char pids[16];
	size_t i;
	int ret = -ENOENT, nr;

	if (!puppet || lens_watch(puppet_pid(puppet)))
		return fail("can't be started and watched");
	if (!tracer_open())
		return skip("no instances of tracefs");
	for (i = 0; i < ARRAY_SIZE(functions) && ret; i++)
		ret = tracer_file("set_ftrace_filter", functions[i]);
	snprintf(pids, sizeof(pids), "%d\n", puppet_tid(puppet, 0));
	if (ret || tracer_file("set_ftrace_pid", pids) ||
	    tracer_file("current_tracer", "function\n"))
		return skip("the function tracer can't be had");
	tracer_on();
	ret = counts(puppet);
	tracer_off();
	nr = tracer_each(ignore, NULL);
	tracer_file("current_tracer", "nop\n");
	tracer_close();
	note("the function tracer saw %d calls", nr);
	if (nr < PAGES)
		return fail("the other tracer saw %d calls only", nr);
	return ret ?: counts(puppet);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "hooks while a process is watched", only_while_watched },
		{ "hooks while its events are on", only_while_on },
		{ "events off and on", off_and_on },
		{ "nobody waits while hooks are armed", nobody_waits },
		{ "ftrace is switched off", ftrace_off },
		{ "another traces the same functions", second_tracer },
	};

	need_events(2);
	need_two(&first, &last);
	if (access(TRACING "/enabled_functions", R_OK))
		skip_all("no tracefs");
	return cases_run(cases, ARRAY_SIZE(cases), 200);
}
