// SPDX-License-Identifier: GPL-2.0
/*
 * threads/: what it says of each thread, which threads have a directory, and
 * what becomes of those that exit.
 *
 * Oracles: /proc/PID/task/TID/{comm,stat,status}; the policy that a thread has
 * set for itself; the number of pages that it has touched.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"
#include "../lib/watched.h"

#define MS		1000000ULL
#define LONG_NS		(60000 * MS)
#define PAGES		300
#define MANY		1000
#define DIRS		4

static int first, last;

static char *thread_word(pid_t pid, pid_t tid, const char *file)
{
	char name[64];

	snprintf(name, sizeof(name), "threads/%d/%s", tid, file);
	return lens_word(pid, name);
}

static int says(pid_t pid, pid_t tid, const char *file, const char *truth)
{
	char *text = thread_word(pid, tid, file);
	int bad = !text || strcmp(text, truth);

	if (bad)
		note("threads/%d/%s: \"%s\", should be \"%s\"", tid, file,
		     text ?: strerror(errno), truth);
	free(text);
	return bad;
}

static int says_number(pid_t pid, pid_t tid, const char *file, long long truth)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", truth);
	return says(pid, tid, file, text);
}

/* "Key:\tvalue" of /proc/PID/task/TID/status, or "" */
static void status_word(pid_t pid, pid_t tid, const char *key, char *word,
			int size)
{
	char path[64], *text, *at;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	text = text_read(path, NULL);
	at = text ? strstr(text, key) : NULL;
	word[0] = '\0';
	if (at) {
		at += strlen(key) + 2;
		snprintf(word, size, "%.*s", (int)strcspn(at, "\n"), at);
	}
	free(text);
}

/* Nodes of the CPUs of a list, as a list. */
static void nodes_of(const char *cpus, char *nodes, int size)
{
	int ids[NODES_MAX], list[CPU_SETSIZE];
	int i, j, nr_nodes = nodes_with_cpu(ids, NODES_MAX);
	int nr = id_list_parse(cpus, list, CPU_SETSIZE);
	int from = -1, used = 0;
	bool has[NODES_MAX + 1] = { false };
	cpu_set_t set;

	for (i = 0; i < nr_nodes; i++) {
		node_cpus(ids[i], &set);
		for (j = 0; j < nr; j++)
			has[ids[i]] |= CPU_ISSET(list[j], &set);
	}
	nodes[0] = '\0';
	for (i = 0; i <= NODES_MAX; i++) {
		if (has[i] && from < 0)
			from = i;
		if (has[i] || from < 0)
			continue;
		used += snprintf(nodes + used, size - used, "%s%d",
				 used ? "," : "", from);
		if (i - 1 > from)
			used += snprintf(nodes + used, size - used, "-%d",
					 i - 1);
		from = -1;
	}
}

static int check_thread(pid_t pid, pid_t tid, const char *policy)
{
	char path[64], cpus[256], nodes[128], *comm;
	int bad = 0, cpu = proc_last_cpu(pid, tid);

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, tid);
	comm = text_read(path, NULL);
	status_word(pid, tid, "Cpus_allowed_list", cpus, sizeof(cpus));
	nodes_of(cpus, nodes, sizeof(nodes));
	bad += says(pid, tid, "comm", comm ? text_chomp(comm) : "");
	bad += says_number(pid, tid, "cpu", cpu);
	bad += says_number(pid, tid, "nid", node_of_cpu(cpu));
	bad += says(pid, tid, "allowed_cpus", cpus);
	bad += says(pid, tid, "allowed_nodes", nodes);
	bad += says(pid, tid, "policy", policy);
	free(comm);
	return bad;
}

/* set_mempolicy(2) of mode @a to nodes @b (bits), and a name of its own */
static long act_policy(long a, long b, long c)
{
	unsigned long mask = b;

	prctl(PR_SET_NAME, "a thread");
	return syscall(SYS_set_mempolicy, a, &mask, 64) ? -errno : 0;
}

static int files(void)
{
	int nids[] = { first, last, PUPPET_ANYWHERE };
	struct puppet *puppet = watched_alone(nids, 3);
	char bound[32], both[32];
	pid_t pid;
	int bad = 0;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	puppet_do(puppet, 1, act_policy, MPOL_BIND, 1UL << last, 0);
	puppet_do(puppet, 2, act_policy, MPOL_INTERLEAVE,
		  1UL << first | 1UL << last, 0);
	puppet_quiet(puppet);
	if (!proc_stop(pid) || lens_scan(pid))
		return fail("can't be stopped and scanned");
	snprintf(bound, sizeof(bound), "bind:%d", last);
	snprintf(both, sizeof(both), "interleave:%d%c%d", first,
		 last == first + 1 ? '-' : ',', last);
	bad += check_thread(pid, pid, "default");
	bad += check_thread(pid, puppet_tid(puppet, 0), "default");
	bad += check_thread(pid, puppet_tid(puppet, 1), bound);
	bad += check_thread(pid, puppet_tid(puppet, 2), both);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* @a milliseconds of CPU time */
static long act_burn(long a, long b, long c)
{
	pid_t tid = syscall(SYS_gettid);
	uint64_t until = proc_run_ns(getpid(), tid) + a * MS;

	while (proc_run_ns(getpid(), tid) < until)
		;
	return 0;
}

/* The threads' times by node are their own, and their sum is the process's. */
static int times(void)
{
	int nids[] = { first, last };
	struct puppet *puppet = watched_alone(nids, 2);
	uint64_t whole[NODES_MAX], row[NODES_MAX], sum[NODES_MAX] = { 0 };
	uint64_t before[2], spent, ids[NODES_MAX];
	pid_t pid, tids[3];
	char name[64];
	int i, j, nr, bad = 0;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	for (i = 0; i < 2; i++) {
		before[i] = proc_run_ns(pid, puppet_tid(puppet, i));
		puppet_do(puppet, i, act_burn, 100 + 100 * i, 0, 0);
	}
	puppet_quiet(puppet);
	lens_scan(pid);
	nr = lens_row(pid, "nodes", ids, NODES_MAX);
	if (lens_row(pid, "cpu/time_ns", whole, NODES_MAX) != nr)
		return fail("cpu/time_ns can't be read");
	for (i = 0; i < proc_tasks(pid, tids, 3); i++) {
		snprintf(name, sizeof(name), "threads/%d/time_ns", tids[i]);
		if (lens_row(pid, name, row, NODES_MAX) != nr)
			return fail("%s can't be read", name);
		for (j = 0; j < nr; j++)
			sum[j] += row[j];
		if (tids[i] == pid)
			continue;
		spent = proc_run_ns(pid, tids[i]) -
			before[tids[i] == puppet_tid(puppet, 1)];
		for (j = 0; j < nr; j++)
			spent -= (int)ids[j] == nids[tids[i] ==
				puppet_tid(puppet, 1)] ? row[j] : 0;
		/* what it ran between the watch and the first reading */
		if (spent + 5 * MS > 10 * MS)
			bad += !!fail("%s: %" PRId64 " us off", name,
				      (int64_t)spent / 1000);
	}
	for (j = 0; j < nr; j++)
		if (sum[j] != whole[j])
			bad += !!fail("node %" PRIu64 ": %" PRIu64
				      " ns in all, the threads have %" PRIu64,
				      ids[j], whole[j], sum[j]);
	return bad ? CASE_FAIL : CASE_PASS;
}

static void *pause_forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* @a threads more, that sleep */
static long act_breed(long a, long b, long c)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	while (a--)
		if (pthread_create(&thread, &attr, pause_forever, NULL))
			return -1;
	return 0;
}

static int directories(pid_t pid, pid_t *tids, int max)
{
	DIR *dir = opendir(lens_path(pid, "threads"));
	struct dirent *entry;
	int nr = 0;

	while (dir && nr < max && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			tids[nr++] = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return nr;
}

static int number_is(pid_t pid, const char *name, uint64_t truth)
{
	uint64_t value = lens_value(pid, name);

	if (value != truth)
		note("%s: %" PRIu64 ", should be %" PRIu64, name, value, truth);
	return value != truth;
}

/* Those with the most CPU time have a directory; the snapshot has all. */
static int many(void)
{
	int nids[] = { first, last };
	struct puppet *puppet = watched_alone(nids, 2);
	pid_t pid, tids[MANY];
	struct snapshot snap;
	int i, nr, bad = 0;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	if (puppet_do(puppet, 0, act_breed, MANY, 0, 0))
		return fail("%d threads can't be started", MANY);
	puppet_do(puppet, 1, act_burn, 300, 0, 0);
	if (text_puts(lens_path(pid, "max_thread_dirs"), "4\n"))
		return fail("max_thread_dirs can't be set");
	lens_scan(pid);
	nr = directories(pid, tids, MANY);
	bad += number_is(pid, "nr_threads", MANY + 3);
	bad += number_is(pid, "nr_threads_left_out", MANY + 3 - DIRS);
	if (nr != DIRS)
		bad += !!fail("%d directories", nr);
	for (i = 0; i < nr && tids[i] != puppet_tid(puppet, 1); i++)
		;
	if (i == nr)
		bad += !!fail("the busiest thread has none");
	if (snapshot_read(pid, &snap))
		return fail("the snapshot can't be read");
	if (snap.head.nr_threads != MANY + 3)
		bad += !!fail("the snapshot has %u", snap.head.nr_threads);
	snapshot_free(&snap);
	return bad ? CASE_FAIL : CASE_PASS;
}

static void *touch_and_go(void *arg)
{
	do_touch((long)arg, PAGES, 0);
	return (void *)(long)syscall(SYS_gettid);
}

/* a thread that touches the first pages of @a, and exits; its id */
static long act_short_life(long a, long b, long c)
{
	pthread_t thread;
	void *tid;

	if (pthread_create(&thread, NULL, touch_and_go, (void *)a))
		return -1;
	pthread_join(thread, &tid);
	return (long)tid;
}

/* The process keeps what a thread did that is gone; the thread keeps its own. */
static int exits(void)
{
	int nids[] = { first, last };
	struct puppet *puppet = watched_alone(nids, 2);
	struct matrix before, after;
	pid_t pid, tids[64], tid;
	int i, nr, bad = 0;
	uint64_t until;
	char name[128];
	long addr;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	addr = puppet_do(puppet, 0, do_map, 2 * PAGES, 0, 0);
	puppet_do(puppet, 1, do_touch, addr + PAGES * getpagesize(), PAGES, 0);
	lens_scan(pid);
	/* not the sum of all kinds: a thread's stack may begin as a huge page */
	if (lens_matrix(pid, "first_touch/anon", &before))
		return fail("first_touch/anon can't be read");
	tid = puppet_do(puppet, 0, act_short_life, addr, 0, 0);
	/* who has joined it may be quicker than the rest of its exit */
	until = now_ns() + LONG_NS;
	while (proc_tasks(pid, tids, 64) > 3 && now_ns() < until)
		sleep_ms(5);
	lens_scan(pid);
	nr = directories(pid, tids, 64);
	for (i = 0; i < nr; i++)
		if (tids[i] == tid)
			bad += !!fail("the thread has a directory still");
	bad += number_is(pid, "nr_threads", 3);
	if (lens_matrix(pid, "first_touch/anon", &after))
		return fail("first_touch/anon can't be read");
	matrix_sub(&after, &before);
	if (after.at[first][first] < PAGES ||
	    after.at[first][first] > PAGES + 50)
		bad += !!fail("%" PRIu64 " pages more, should be %d and a few",
			      after.at[first][first], PAGES);
	snprintf(name, sizeof(name), "threads/%d/first_touch",
		 puppet_tid(puppet, 1));
	if (lens_matrix(pid, name, &after))
		return fail("%s can't be read", name);
	if (after.at[last][last] < PAGES || after.at[last][last] > PAGES + 50 ||
	    after.at[first][first])
		bad += !!fail("%s: %" PRIu64 " pages, should be %d and a few",
			      name, after.at[last][last], PAGES);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* An exited process has no threads, and still all that they counted. */
static int all_exit(void)
{
	int nids[] = { first };
	struct puppet *puppet = watched_alone(nids, 1);
	pid_t pid, tids[8];
	struct matrix matrix;
	long addr;
	int bad = 0;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES, 0);
	puppet_end(puppet);
	lens_scan(pid);
	bad += number_is(pid, "nr_threads", 0);
	bad += number_is(pid, "nr_threads_left_out", 0);
	if (directories(pid, tids, 8))
		bad += !!fail("threads/ is not empty");
	if (lens_matrix(pid, "first_touch/matrix", &matrix))
		return fail("first_touch/matrix can't be read");
	if (matrix_sum(&matrix) < PAGES)
		bad += !!fail("%" PRIu64 " pages, should be %d at least",
			      matrix_sum(&matrix), PAGES);
	return bad ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "what is said of a thread", files },
		{ "CPU time", times },
		{ "a thousand threads", many },
		{ "a thread that exits", exits },
		{ "a process that exits", all_exit },
	};

	need_events(2);
	need_two(&first, &last);
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
