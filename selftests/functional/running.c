// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that run, map, fork, migrate, exec and exit at full speed while
 * they are scanned without a break: no snapshot contradicts itself, none shows
 * what is not there, and once the process sleeps all is exact again.
 *
 * Oracles: the layout in the uapi header and the sums it promises; maps,
 * numa_maps and smaps once the process is stopped; the number of pages that a
 * process has touched, which pages that wander between nodes must add up to;
 * the kernel's log.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/compare.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"

#define SECOND		1000000000ULL
/* for what comes at once, unless the machine stands still */
#define LONG_NS		(60 * SECOND)
#define WANDERERS	4096
#define TROOP		256

static pid_t churn(char *option)
{
	char *argv[3] = { (char *)"churn", option };
	char line[64];
	pid_t pid;
	FILE *out;

	pid = proc_spawn(argv, &out);
	if (pid < 0)
		return pid;
	if (!fgets(line, sizeof(line), out) || strcmp(line, "ready\n"))
		pid = -EPIPE;
	fclose(out);
	return pid;
}

/* The snapshot of a stopped process against the kernel, all columns. */
static int exact(pid_t pid, pid_t tid)
{
	struct areas areas;
	struct snapshot snap;
	struct view view;
	int bad, ret;

	ret = lens_scan(pid);
	if (ret)
		return fail("scan: %s", strerror(-ret));
	ret = areas_read(tid, &areas, true);
	if (ret)
		return fail("/proc/%d: %s", tid, strerror(-ret));
	ret = snapshot_read(pid, &snap);
	if (ret)
		return fail("snapshot: %s", strerror(-ret));
	view = (struct view){ "snapshot", snap.vmas, snap.nr_vmas, snap.nodes,
			      snap.head.nr_nodes, false };
	bad = compare_ranges(&areas, &view) + compare_nodes(&areas, &view) +
	      compare_policies(&areas, &view) + compare_smaps(&areas, &view) +
	      snapshot_sums(&snap);
	areas_free(&areas);
	snapshot_free(&snap);
	return bad ? fail("%d differences", bad) : CASE_PASS;
}

/* One more process reads whatever is there, and may find it gone. */
static void read_all(const char *dir)
{
	static const char *const files[] = {
		"comm", "state", "nodes", "placement/pages", "cpu/time_ns",
		"cpu/allowed_nodes", "policy", "mems_allowed", "snapshot",
	};
	struct lens_vma *list;
	pid_t pid = atoi(dir);
	size_t i;
	int nr;

	/* what is gone meanwhile would be a note for each VMA */
	fclose(stdout);
	for (;;) {
		for (i = 0; i < ARRAY_SIZE(files); i++)
			free(lens_word(pid, files[i]));
		nr = vma_dirs_read(pid, &list);
		if (nr >= 0)
			vma_dirs_free(list, nr);
	}
}

static pid_t start_reader(pid_t watched)
{
	char text[16];
	pid_t pid = proc_fork();

	if (!pid) {
		snprintf(text, sizeof(text), "%d", watched);
		read_all(text);
	}
	return pid;
}

struct tally {
	unsigned int scans, vmas_max;
	uint64_t generation;
};

/* One scan and one look at what it found. */
static int scan_once(pid_t pid, struct tally *tally)
{
	struct snapshot snap;
	int bad, ret = lens_scan(pid);

	if (ret)
		return fail("scan: %s", strerror(-ret));
	ret = snapshot_read(pid, &snap);
	if (ret == -ESTALE)
		return CASE_PASS;
	if (ret)
		return fail("snapshot: %s", strerror(-ret));
	bad = snapshot_sums(&snap);
	if (snap.head.generation <= tally->generation) {
		note("generation %llu after %" PRIu64,
		     (unsigned long long)snap.head.generation,
		     tally->generation);
		bad++;
	}
	if (snap.head.pid != (uint32_t)pid)
		bad += !!fail("pid %u", snap.head.pid);
	tally->generation = snap.head.generation;
	tally->scans++;
	if (snap.nr_vmas > tally->vmas_max)
		tally->vmas_max = snap.nr_vmas;
	snapshot_free(&snap);
	return bad ? CASE_FAIL : CASE_PASS;
}

static int scan_for(pid_t pid, unsigned int ms, struct tally *tally)
{
	uint64_t until = now_ns() + ms * 1000000ULL;
	int ret = CASE_PASS;

	while (ret == CASE_PASS && now_ns() < until)
		ret = scan_once(pid, tally);
	return ret;
}

static int at_full_speed(void)
{
	struct tally tally = { 0 };
	int round, ret = CASE_PASS;
	pid_t pid;

	lens_set("refresh_ms", 1);
	lens_set("cpu_limit_bp", 10000);
	lens_set("max_vma_dirs", 64);
	pid = churn(NULL);
	if (pid < 0 || lens_watch(pid))
		return fail("can't be watched");
	start_reader(pid);
	for (round = 0; round < 4 && ret == CASE_PASS; round++) {
		ret = scan_for(pid, 1500, &tally);
		if (ret)
			break;
		if (!proc_stop(pid))
			return fail("does not stop");
		ret = exact(pid, pid);
		proc_cont(pid);
	}
	note("%u scans by hand, up to %u VMAs, generation %" PRIu64,
	     tally.scans, tally.vmas_max, tally.generation);
	return ret;
}

/* Pages that exist all the time, while another process moves them about. */
static char *wanderers_make(void)
{
	size_t len = WANDERERS * getpagesize();
	char *addr = mmap(NULL, len, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(addr, len, MADV_NOHUGEPAGE);
	memset(addr, 1, len);
	return addr;
}

/* Not all at once: that may take longer than the test. */
static void move_on(pid_t pid, char *addr)
{
	static void *addrs[TROOP];
	static int nids[TROOP], status[TROOP];
	unsigned int i, round, troops = WANDERERS / TROOP;

	for (round = 0; ; round++) {
		for (i = 0; i < TROOP; i++) {
			addrs[i] = addr + (size_t)getpagesize() *
				   (round % troops * TROOP + i);
			nids[i] = policy_node(round / troops % 2);
		}
		syscall(SYS_move_pages, pid, TROOP, addrs, nids, status,
			MPOL_MF_MOVE);
	}
}

/*
 * An entry is cleared for a moment before it becomes a migration entry, and
 * again before it becomes present: so a page may be missed, but few are, and
 * none is ever seen twice.
 */
static int wandering_check(pid_t pid, const char *addr, uint64_t *missed,
			   uint64_t *on, uint64_t *migrating)
{
	const struct lens_vma *vma;
	struct snapshot snap;
	uint64_t found;
	uint32_t col;
	int ret;

	if (lens_scan(pid) || snapshot_read(pid, &snap))
		return fail("can't be scanned");
	vma = snapshot_vma(&snap, (uintptr_t)addr);
	if (!vma)
		return fail("the VMA is not there");
	found = vma->migrating;
	*migrating += vma->migrating;
	for (col = 0; col < snap.head.nr_nodes; col++) {
		found += vma->pages[col];
		on[snap.nodes[col]] += vma->pages[col];
	}
	ret = found > WANDERERS ? fail("%" PRIu64 " pages of %d", found,
				       WANDERERS) : CASE_PASS;
	*missed = WANDERERS - found > *missed ? WANDERERS - found : *missed;
	ret = ret ?: snapshot_sums(&snap) ? CASE_FAIL : CASE_PASS;
	snapshot_free(&snap);
	return ret;
}

static int wandering(void)
{
	uint64_t missed = 0, migrating = 0, on[NODES_MAX] = { 0 }, until, at_last;
	char *addr = wanderers_make();
	int ret = CASE_PASS, scans = 0;
	int one = policy_node(0), two = policy_node(1);
	pid_t pid, mover;

	if (one == two)
		return skip("needs two nodes with memory");
	lens_set("refresh_ms", 0);
	pid = proc_fork();
	if (!pid)
		for (;;)
			pause();
	/* pages that others map as well would not be moved */
	munmap(addr, WANDERERS * getpagesize());
	mover = proc_fork();
	if (!mover)
		move_on(pid, addr);
	if (lens_watch(pid))
		return fail("can't be watched");
	until = now_ns() + 3 * SECOND;
	at_last = now_ns() + LONG_NS;
	for (; ret == CASE_PASS && now_ns() < until; scans++) {
		ret = wandering_check(pid, addr, &missed, on, &migrating);
		/* on a busy machine it takes them a while to set out */
		if ((!on[one] || !on[two] || !migrating) && now_ns() < at_last)
			until = now_ns() + 3 * SECOND;
	}
	note("%d scans of %d pages: %" PRIu64 " seen migrating, at most %" PRIu64
	     " missed in one", scans, WANDERERS, migrating, missed);
	if (ret == CASE_PASS && missed > WANDERERS / 50)
		ret = fail("too many pages missed");
	if (ret == CASE_PASS && (!on[one] || !on[two]))
		ret = fail("the pages did not wander");
	if (ret == CASE_PASS && !migrating)
		ret = fail("none of them was seen migrating");
	proc_end(mover);
	if (ret)
		return ret;
	proc_stop(pid);
	return exact(pid, pid);
}

static int wait_state(pid_t pid, const char *state)
{
	uint64_t until = now_ns() + LONG_NS;
	char *text = NULL;

	do {
		free(text);
		text = lens_word(pid, "state");
		if (text && !strcmp(text, state)) {
			free(text);
			return CASE_PASS;
		}
		sleep_ms(5);
	} while (now_ns() < until);
	free(text);
	return fail("state does not become %s", state);
}

static int exec_while_watched(void)
{
	int pipes[2], ret;
	char *comm, path[4096];
	pid_t pid;

	lens_set("refresh_ms", 0);
	if (pipe(pipes))
		return fail("pipe");
	snprintf(path, sizeof(path), "%s/../workloads/churn", test_dir());
	pid = proc_fork();
	if (!pid) {
		char c;

		while (read(pipes[0], &c, 1) < 0)
			;
		fclose(stdout);
		execl(path, "churn", "-q", NULL);
		_exit(127);
	}
	if (lens_watch(pid))
		return fail("can't be watched");
	if (write(pipes[1], "x", 1) != 1)
		return fail("pipe");
	/* scanning goes on while the address space is exchanged */
	for (;;) {
		ret = lens_scan(pid);
		comm = lens_word(pid, "comm");
		if (!comm || strcmp(comm, "running") || ret)
			break;
		free(comm);
	}
	if (ret && ret != -EAGAIN)
		return fail("scan: %s", strerror(-ret));
	ret = comm && !strcmp(comm, "churn") ? CASE_PASS :
		fail("comm is \"%s\" after exec", comm ?: "");
	free(comm);
	if (ret || !proc_wait_state(pid, 'S') || !proc_stop(pid))
		return ret ?: fail("does not stop");
	return exact(pid, pid);
}

/* The last snapshot comes when the kernel has freed the last thread. */
static int becomes_quiet(pid_t pid)
{
	uint64_t until = now_ns() + LONG_NS;
	uint64_t before, after = lens_value(pid, "generation");

	do {
		before = after;
		sleep_ms(300);
		after = lens_value(pid, "generation");
	} while (after != before && now_ns() < until);
	return after == before ? CASE_PASS :
		fail("snapshots of a process that is no more");
}

/* Its last snapshot, its time and its directory stay until unwatch. */
static int exit_while_scanned(void)
{
	struct snapshot snap;
	int ret, round;

	lens_set("refresh_ms", 1);
	for (round = 0; round < 3; round++) {
		pid_t pid = churn((char *)"-m40");

		if (pid < 0 || lens_watch(pid))
			return fail("can't be watched");
		sleep_ms(10 * round);
		kill(pid, SIGKILL);
		while (!lens_scan(pid))
			;
		proc_end(pid);
		ret = wait_state(pid, "exited");
		if (ret)
			return ret;
		ret = snapshot_read(pid, &snap);
		if (ret)
			return fail("snapshot: %s", strerror(-ret));
		if (snapshot_sums(&snap) || !snap.nr_vmas)
			return fail("the last snapshot is not whole");
		snapshot_free(&snap);
		ret = becomes_quiet(pid);
		if (ret)
			return ret;
		if (lens_scan(pid) != -ESRCH || lens_unwatch(pid))
			return fail("scan and unwatch after exit");
		if (!access(lens_path(pid, "state"), F_OK))
			return fail("the directory stays after unwatch");
	}
	return CASE_PASS;
}

/* The process lives on without its leader. */
static int leader_exits(void)
{
	pid_t pid = churn((char *)"-lq"), tids[16];
	uint64_t until;
	int nr, ret;

	lens_set("refresh_ms", 0);
	if (pid < 0)
		return fail("can't be started");
	until = now_ns() + LONG_NS;
	while (proc_state(pid) != 'Z' && now_ns() < until)
		sleep_ms(5);
	ret = lens_watch(pid);
	if (ret)
		return fail("watch: %s", strerror(-ret));
	nr = proc_tasks(pid, tids, ARRAY_SIZE(tids));
	if (nr < 2 || proc_state(pid) != 'Z')
		return fail("the workload is not what it should be");
	if (wait_state(pid, "running"))
		return CASE_FAIL;
	return exact(pid, tids[0] == pid ? tids[1] : tids[0]);
}

static int no_complaint(void)
{
	int nr = klog_complaints();

	return nr ? fail("%d complaints in the kernel's log", nr) : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "mapping, forking, breeding at full speed", at_full_speed },
		{ "pages that wander between nodes", wandering },
		{ "exec while watched", exec_while_watched },
		{ "exit while scanned", exit_while_scanned },
		{ "a process whose leader has exited", leader_exits },
		{ "the kernel had nothing to complain about", no_complaint },
	};

	need(1);
	balancing_off();
	klog_begin();
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
