// SPDX-License-Identifier: GPL-2.0
/*
 * How long it takes to hook the kernel's functions and to let go of them, and
 * whether others wait meanwhile: who reads what is published of another process,
 * and who begins another watch.
 *
 * Time is that of the guest, in which virtual CPUs may take turns on one thread
 * of the host. Whether somebody waited shows in how often it went to sleep.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hooks.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/spread.h"
#include "../lib/text.h"

#define ROUNDS		9
#define QUIET_MS	200

enum phase { QUIET, ARMING, DISARMING, NR_PHASES };

static const char *const phase_names[] = { "nothing else", "arming", "disarming" };

/**
 * struct share - what somebody saw in a phase
 * @nr: how often it acted
 * @sleeps: how often it went to sleep in that
 * @sum: nanoseconds of all
 * @longest: of one
 */
struct share {
	uint64_t nr, sleeps, sum, longest;
};

static struct mailbox {
	atomic_int phase;
	pid_t read_pid, watch_pid;
	struct share reader[NR_PHASES], watcher[NR_PHASES];
} *mailbox;

static uint64_t sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw;
}

/* One that ended in another phase than it began in counts for the first. */
static void act(struct share *shares, void (*what)(void))
{
	struct share *share = &shares[mailbox->phase];
	uint64_t slept = sleeps(), ns = now_ns();

	what();
	ns = now_ns() - ns;
	share->nr++;
	share->sleeps += sleeps() - slept;
	share->sum += ns;
	if (ns > share->longest)
		share->longest = ns;
}

static void read_one(void)
{
	lens_value(mailbox->read_pid, "placement/remote_bp");
}

static void watch_one(void)
{
	lens_watch(mailbox->watch_pid);
}

static void read_on(void)
{
	for (;;)
		act(mailbox->reader, read_one);
}

static void watch_on(void)
{
	for (;;) {
		act(mailbox->watcher, watch_one);
		lens_unwatch(mailbox->watch_pid);
	}
}

static pid_t start(void (*run)(void))
{
	pid_t pid = proc_fork();

	if (pid)
		return pid;
	if (run)
		run();
	for (;;)
		pause();
}

static bool set_events(pid_t pid, bool on)
{
	return !text_puts(lens_path(pid, "events"), on ? "on\n" : "off\n");
}

/* --- alone -------------------------------------------------------------------- */

static double first_watch[ROUNDS], second_watch[ROUNDS], unwatch[ROUNDS], gone[ROUNDS];

static double since_ms(uint64_t begin)
{
	return (now_ns() - begin) / 1e6;
}

static bool time_alone(pid_t one, pid_t other, int round)
{
	uint64_t begin = now_ns();

	if (lens_watch(one) || hooks_count() <= 0)
		return false;
	first_watch[round] = since_ms(begin);
	begin = now_ns();
	if (lens_watch(other))
		return false;
	second_watch[round] = since_ms(begin);
	if (lens_unwatch(other))
		return false;
	begin = now_ns();
	if (lens_unwatch(one))
		return false;
	unwatch[round] = since_ms(begin);
	if (hooks_gone())
		return false;
	gone[round] = since_ms(begin);
	return true;
}

static void print_times(const char *name, double *ms)
{
	struct spread spread = spread_of(ms, ROUNDS);

	printf("%-38s %9.2f %9.2f %9.2f\n", name, spread.min, spread.median, spread.max);
	spread_put("arming", name, "ms", spread);
}

/* --- with others --------------------------------------------------------------- */

static bool turn(pid_t pid)
{
	bool ok;

	mailbox->phase = QUIET;
	sleep_ms(QUIET_MS);
	mailbox->phase = ARMING;
	ok = set_events(pid, true);
	mailbox->phase = QUIET;
	ok = ok && hooks_count() > 0;
	sleep_ms(QUIET_MS);
	mailbox->phase = DISARMING;
	ok = ok && set_events(pid, false) && !hooks_gone();
	mailbox->phase = QUIET;
	return ok;
}

static void print_shares(const char *name, const struct share *shares)
{
	int i;

	for (i = 0; i < NR_PHASES; i++)
		printf("%-24s %-13s %8llu %8llu %9.3f %9.3f\n", i ? "" : name, phase_names[i],
		       (unsigned long long)shares[i].nr, (unsigned long long)shares[i].sleeps,
		       shares[i].nr ? shares[i].sum / 1e6 / shares[i].nr : 0,
		       shares[i].longest / 1e6);
}

/* All three are watched with events off; the hooks come and go with one. */
static bool with_others(pid_t pid)
{
	int i;

	if (text_puts(LENS_ROOT "/events", "off\n") || lens_watch(pid) ||
	    lens_watch(mailbox->read_pid))
		return false;
	start(read_on);
	start(watch_on);
	for (i = 0; i < ROUNDS; i++)
		if (!turn(pid))
			return false;
	return true;
}

int main(void)
{
	pid_t one, other;
	int i;

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	mailbox = mmap(NULL, sizeof(*mailbox), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mailbox == MAP_FAILED)
		return 1;
	one = start(NULL);
	other = start(NULL);
	mailbox->read_pid = start(NULL);
	mailbox->watch_pid = start(NULL);
	for (i = 0; i < ROUNDS; i++) {
		if (!time_alone(one, other, i)) {
			printf("The hooks do not come and go with a watch.\n");
			return 1;
		}
	}
	printf("%-38s %9s %9s %9s\n", "ms, of a small process", "least", "median", "most");
	print_times("watch, which arms the hooks", first_watch);
	print_times("watch, the hooks being there", second_watch);
	print_times("unwatch, which lets go of the hooks", unwatch);
	print_times("the hooks being gone, since then", gone);
	if (!with_others(one)) {
		printf("The hooks do not come and go with events.\n");
		return 1;
	}
	printf("\n%-24s %-13s %8s %8s %9s %9s\n", "meanwhile", "during", "acts", "sleeps", "mean ms",
	       "max ms");
	print_shares("reads of another", mailbox->reader);
	print_shares("watches of another", mailbox->watcher);
	return text_puts(LENS_ROOT "/events", "on\n") ? 1 : 0;
}
