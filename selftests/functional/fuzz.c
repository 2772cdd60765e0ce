// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once, by chance: files of the module are opened, read, written and
 * poked with what is right, almost right and wrong; processes are watched, map, touch,
 * move, fork, execute, are stopped and killed; CPUs and blocks of memory go and come;
 * the module is unloaded and loaded.
 *
 *	NUMALENS_FUZZ="SECONDS SEED"	how long, and how; by default 20 and 1
 *
 * The same seed lets each of its processes do the same in the same order; how they
 * meet is the machine's. Leaves the module loaded.
 *
 * Oracles: afterwards, the number of pages that a fresh process touches; ftrace, which
 * lists the hooks that are left; debugfs for the domains; the kernel's log, and the
 * checkers of a kernel that has them.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/chance.h"
#include "../lib/domain.h"
#include "../lib/fuzz.h"
#include "../lib/hooks.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/module.h"
#include "../lib/need.h"
#include "../lib/proc.h"
#include "../lib/survivor.h"
#include "../lib/text.h"

#define LIFE_STEPS	400
#define REST_US		2000
#define ROLES_MAX	64
/* at most, until each of them has come off */
#define EXTRA_S		150

static struct fuzz *fuzz;
static unsigned int seconds = 20;
static uint64_t seed = 1;
static int first, last;
static bool can_reload;

/* --- the roles: each is a process, and does not return -------------------- */

static bool goes_on(void)
{
	fuzz_count(fuzz, FUZZ_STEPS, true);
	return !__atomic_load_n(&fuzz->stop, __ATOMIC_RELAXED);
}

static void play_files(int index)
{
	while (goes_on())
		fuzz_file(fuzz);
}

static void play_watcher(int index)
{
	while (goes_on()) {
		fuzz_watch(fuzz);
		usleep(chance_below(10 * REST_US));
	}
}

/* Bodies that live for a while, one after the other, in a place of the pool. */
static void play_life(int index)
{
	uint64_t generation = 0;

	while (goes_on()) {
		uint64_t own = chance_below(UINT64_MAX) + generation++;
		pid_t body = fork();
		unsigned int i;

		if (!body) {
			chance_seed(own);
			for (i = 0; i < LIFE_STEPS && goes_on(); i++) {
				fuzz_live();
				usleep(chance_below(REST_US));
			}
			_exit(0);
		}
		if (body < 0)
			continue;
		__atomic_store_n(&fuzz->pool[index % FUZZ_POOL], body, __ATOMIC_RELAXED);
		waitpid(body, NULL, 0);
		__atomic_store_n(&fuzz->pool[index % FUZZ_POOL], 0, __ATOMIC_RELAXED);
	}
}

static void play_world(int index)
{
	while (goes_on()) {
		fuzz_disturb(fuzz);
		usleep(chance_below(20 * REST_US));
	}
}

static void play_plug(int index)
{
	while (goes_on()) {
		fuzz_plug(fuzz);
		usleep(chance_below(200 * REST_US));
	}
}

/* Who unloads it loads it: the two never run into each other. */
static void play_module(int index)
{
	while (can_reload && goes_on()) {
		sleep_ms(1000 + chance_below(4000));
		if (!module_unload())
			fuzz_count(fuzz, FUZZ_RELOADS, !module_load());
	}
}

static const struct role {
	void (*play)(int index);
	int nr;
} roles[] = {
	{ play_files, 4 },
	{ play_watcher, 2 },
	{ play_life, 5 },
	{ play_world, 1 },
	{ play_plug, 1 },
	{ play_module, 1 },
};

static int roles_start(pid_t *pids)
{
	int nr = 0, i;
	size_t role;

	for (role = 0; role < ARRAY_SIZE(roles); role++)
		for (i = 0; i < roles[role].nr; i++) {
			pid_t pid = proc_fork();

			if (!pid) {
				chance_seed(seed * ROLES_MAX + nr);
				roles[role].play(nr);
				_exit(0);
			}
			pids[nr++] = pid;
		}
	return nr;
}

/* They come to their end by themselves, but for one that is stopped, or hangs. */
static void roles_end(const pid_t *pids, int nr)
{
	uint64_t until = now_ns() + 60000000000ULL * patience();
	int i, alive = nr;

	__atomic_store_n(&fuzz->stop, 1, __ATOMIC_RELAXED);
	while (alive && now_ns() < until) {
		for (i = 0; i < FUZZ_POOL; i++)
			if (fuzz->pool[i] > 0)
				kill(fuzz->pool[i], SIGCONT);
		sleep_ms(100);
		for (i = 0, alive = 0; i < nr; i++)
			alive += proc_state(pids[i]) != 'Z';
	}
	for (i = 0; i < nr; i++) {
		if (proc_state(pids[i]) != 'Z')
			note("the %dth is in state %c", i, proc_state(pids[i]));
		proc_end(pids[i]);
	}
}

/* --- what there has to be afterwards --------------------------------------- */

static void unwatch_others(void)
{
	uint64_t until = now_ns() + 30000000000ULL * patience(), left = 1;
	static pid_t pids[4096];
	int i, nr;

	while (left && now_ns() < until) {
		nr = lens_watched(pids, ARRAY_SIZE(pids));
		for (i = 0; i < nr; i++)
			lens_unwatch(pids[i]);
		sleep_ms(100);
		if (lens_get("nr_watched", &left))
			left = 0;
	}
	if (left)
		note("%" PRIu64 " can't be unwatched", left);
}

/* What comes off depends on how they meet, and may take a slow machine a while. */
static bool has_come_off(void)
{
	static const enum fuzz_feat needed[] = {
		FUZZ_OPENED, FUZZ_READ, FUZZ_WRITTEN, FUZZ_WATCHED, FUZZ_UNWATCHED,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (!__atomic_load_n(&fuzz->feats[needed[i]], __ATOMIC_RELAXED))
			return false;
	return true;
}

static int everything(void)
{
	static const char *const names[NR_FUZZ_FEATS] = {
		"steps", "opened", "read", "written", "watched", "unwatched", "CPUs", "blocks",
		"reloads",
	};
	uint64_t until = now_ns() + (seconds + EXTRA_S * patience()) * 1000000000ULL;
	pid_t pids[ROLES_MAX];
	int nr, i;

	note("NUMALENS_FUZZ=\"%u %" PRIu64 "\"%s", seconds, seed,
	     can_reload ? "" : ", without unloading the module");
	nr = roles_start(pids);
	sleep_ms(seconds * 1000);
	while (!has_come_off() && now_ns() < until)
		sleep_ms(1000);
	roles_end(pids, nr);
	fuzz_unplug_none();
	balancing_off();
	for (i = 0; i < NR_FUZZ_FEATS; i++)
		note("%s: %lu", names[i], fuzz->feats[i]);
	return has_come_off() ? CASE_PASS : fail("something never came off");
}

static int nothing_left(void)
{
	uint64_t nr;

	if (!lens_loaded() && (!can_reload || module_load()))
		return fail("the module is not there");
	unwatch_others();
	if (lens_get("nr_watched", &nr) || nr)
		return fail("%" PRIu64 " are watched still", nr);
	return hooks_gone() ? fail("hooks are left") : CASE_PASS;
}

static int still_right(void)
{
	static const struct lens_settings usual = { 4096, 32, 32, 1000, 500 };
	uint64_t generation;

	if (lens_settings_put(&usual) || text_puts(LENS_ROOT "/events", "on\n") ||
	    text_puts(LENS_ROOT "/follow_forks", "off\n"))
		return fail("settings can't be set");
	if (domains_generation(&generation) || domains_compare())
		return fail("the domains are not as they should be");
	if (!survivor_start(last))
		return fail("a process can't be started and watched");
	survivor_go();
	sleep_ms(500);
	return survivor_check();
}

static void fuzz_read(const char *text)
{
	char *end;

	if (!text || !*text)
		return;
	seconds = strtoul(text, &end, 10);
	seed = strtoull(end, NULL, 10);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "files, processes, CPUs, memory, the module: all at once", everything },
		{ "nothing is left of it", nothing_left },
		{ "it counts as before", still_right },
	};

	need_events(2);
	need_two(&first, &last);
	domains_need();
	can_reload = !module_find();
	fuzz_read(getenv("NUMALENS_FUZZ"));
	fuzz = mmap(NULL, sizeof(*fuzz), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fuzz == MAP_FAILED)
		skip_all("no memory");
	klog_begin();
	cases_keep();
	return cases_run(cases, ARRAY_SIZE(cases), 300 + seconds);
}
