// SPDX-License-Identifier: GPL-2.0
/*
 * lab run domains: which scheduling domain lets a task go to another CPU, or
 * another node, when it forks, executes, wakes, or when a CPU has nothing to do.
 */
#include "experiment.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "crowd.h"
#include "error.h"
#include "event.h"
#include "file.h"
#include "matrix.h"
#include "number.h"
#include "reader.h"
#include "scene.h"
#include "tally.h"
#include "undo.h"
#include "wakeup.h"

#define NR_EXECS	3	/* these at least, and if none of them moves it, as many as ... */
#define MAX_EXECS	20
#define PERIOD_US	100000
#define LIMIT_MS	120000

#ifndef MFD_EXEC
#define MFD_EXEC	0x0010U
#endif

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static bool bridge_has(const struct numalens_scene *scene, const char *flag)
{
	return numalens_tally_has_flag(scene->bridge, flag);
}

/* kernel/sched/fair.c, wake_wide(): who has a cache of its own wakes too many for it. */
static bool shares_cache(const struct numalens_scene *scene)
{
	size_t i;

	for (i = 0; i < scene->base->nr_domains; i++)
		if (numalens_tally_has_flag(&scene->base->domains[i], "SD_SHARE_LLC") ||
		    numalens_tally_has_flag(&scene->base->domains[i], "SD_SHARE_PKG_RESOURCES"))
			return true;
	return false;
}

static unsigned int up_to_max(unsigned int nr)
{
	return nr < NUMALENS_CROWD_MAX ? nr : NUMALENS_CROWD_MAX;
}

/* Who was busy in the phase before had his time. */
static int crowd_begin(struct numalens_scene *scene, struct numalens_crowd *crowd)
{
	int ret = numalens_crowd_stop(crowd);

	return ret ? ret : numalens_scene_begin(scene);
}

/* They begin where they were put before they ran for the first time. */
static int forked(struct numalens_scene *scene, struct numalens_crowd *crowd)
{
	unsigned int nr = up_to_max(2 * scene->nr_cpus), nr_nodes, i;
	int cpus[NUMALENS_CROWD_MAX], ret;

	numalens_lab_phase(scene->lab, "fork", "a process on node %u forks %u that are busy all the "
			   "time, and may run everywhere. The highest domain with SD_BALANCE_FORK is "
			   "searched for the idlest CPU.", scene->lab->near, nr);
	ret = crowd_begin(scene, crowd);
	if (!ret)
		ret = numalens_actor_run_on(crowd->actor, 0, scene->lab->near);
	if (!ret)
		ret = numalens_actor_run_on(crowd->actor, 0, -1);
	if (!ret)
		ret = numalens_crowd_start(crowd, nr, false, NULL);
	numalens_crowd_calm(crowd);
	if (ret)
		return ret;
	for (i = 0; i < nr; i++)
		cpus[i] = crowd->board->first_cpus[i] - 1;
	nr_nodes = numalens_scene_show_tasks(scene, "where they began", cpus, nr);
	if (bridge_has(scene, "SD_BALANCE_FORK"))
		numalens_lab_claim(scene->lab, nr_nodes > 1, "fork: children begin on more nodes than "
				   "one", "%u children on %u nodes", nr, nr_nodes);
	return numalens_scene_end(scene);
}

struct execution {
	cpu_set_t near;
	cpu_set_t all;
	unsigned int nr;
	unsigned int nr_far;
	int cpus[MAX_EXECS];
};

/*
 * The kernel moves it before it looks into the program (sched_exec()), and this one is
 * empty: there is nobody else to become, and we can say where we are.
 */
static int execute_nothing(int program)
{
	fexecve(program, (char *const[]){ program_invocation_name, NULL }, environ);
	return errno == ENOEXEC ? 0 : errno;
}

static int execute(void *context)
{
	struct execution *execution = context;
	int program = memfd_create("empty", MFD_CLOEXEC | MFD_EXEC), cpu, err = 0;

	/* Those that know no MFD_EXEC need none. */
	if (program < 0)
		program = memfd_create("empty", MFD_CLOEXEC);
	if (program < 0)
		return errno;
	while (!err && execution->nr < (execution->nr_far ? NR_EXECS : MAX_EXECS)) {
		if (sched_setaffinity(0, sizeof(execution->near), &execution->near) ||
		    sched_setaffinity(0, sizeof(execution->all), &execution->all))
			err = errno;
		else
			err = execute_nothing(program);
		cpu = sched_getcpu();
		execution->cpus[execution->nr++] = cpu;
		execution->nr_far += cpu >= 0 && !CPU_ISSET(cpu, &execution->near);
	}
	close(program);
	return err;
}

static int moves_show(struct numalens_scene *scene, struct numalens_actor *actor,
		      const char *title, enum numalens_event event)
{
	struct numalens_process process;
	struct numalens_matrix matrix;
	int ret = numalens_actor_look(actor, &process);

	if (!ret) {
		numalens_matrix_init(&matrix, process.snapshot.header.nr_nodes);
		numalens_matrix_read(&matrix, &process.snapshot, NUMALENS_SCOPE_PROCESS, 0,
				     NUMALENS_EVENT(event));
		numalens_lab_matrix(scene->lab, title, "from node", "to node", "moves", &matrix,
				    &process.snapshot);
		numalens_matrix_free(&matrix);
	}
	numalens_reader_process_free(&process);
	return ret;
}

/* Each CPU of the near node has one that is busy, and is tied to it. */
static int executed(struct numalens_scene *scene, struct numalens_crowd *crowd)
{
	struct execution execution = { .nr = 0 };
	struct numalens_actor *actor;
	unsigned int i;
	int ret;

	numalens_lab_phase(scene->lab, "exec", "each CPU of node %u has a process that is busy. Another "
			   "one on that node executes a program, a few times: it has no cache to lose "
			   "then. The highest domain with SD_BALANCE_EXEC is searched. (The program is "
			   "empty, so it can say where it has come to.)", scene->lab->near);
	actor = numalens_actor_start(scene->lab, "lab-exec", 1);
	ret = actor ? crowd_begin(scene, crowd) : NUMALENS_FAILED;
	/* Whatever we are confined to: those that there are not don't matter. */
	memset(&execution.all, 0xff, sizeof(execution.all));
	CPU_ZERO(&execution.near);
	for (i = 0; i < scene->nr_near; i++)
		CPU_SET(scene->near[i], &execution.near);
	if (!ret)
		ret = numalens_crowd_start(crowd, scene->nr_near, false, scene->near);
	if (!ret)
		ret = numalens_actor_do(actor, 0, "execute a program", execute, &execution,
					sizeof(execution));
	numalens_crowd_calm(crowd);
	if (ret)
		return ret;
	numalens_scene_show_tasks(scene, "where it was after each exec", execution.cpus,
				  execution.nr);
	if (bridge_has(scene, "SD_BALANCE_EXEC"))
		numalens_lab_claim(scene->lab, execution.nr_far, "exec: a program may begin on another "
				   "node", "%u of %u did", execution.nr_far, execution.nr);
	ret = moves_show(scene, actor, "moves of it by the balancing of load, and exec",
			 NUMALENS_MOVE_LOAD_BALANCE);
	return ret ? ret : numalens_scene_end(scene);
}

/* Tied to two nodes: each wakeup crosses them. */
static int woken_across(struct numalens_scene *scene, struct numalens_crowd *crowd,
			struct numalens_actor *actor)
{
	struct numalens_wakeup wakeup = {
		.nid = scene->lab->far,
		.waker_nid = scene->lab->near,
	};
	struct numalens_tally tally;
	int ret;

	numalens_lab_phase(scene->lab, "wakeup, tied", "a thread on node %u wakes one on node %u, %d "
			   "times; neither may leave its node. Counted in the lowest domain that has "
			   "both CPUs.", wakeup.waker_nid, wakeup.nid, NUMALENS_WAKEUP_ROUNDS);
	ret = crowd_begin(scene, crowd);
	if (!ret)
		ret = numalens_actor_run_on(actor, 0, wakeup.waker_nid);
	if (!ret)
		ret = numalens_wakeup_run(&wakeup, actor);
	if (!ret)
		ret = numalens_scene_tally(scene, &tally);
	if (ret)
		return ret;
	numalens_tally_show(scene->lab, &tally);
	numalens_lab_claim(scene->lab, tally.across[NUMALENS_COUNTER_WAKE_REMOTE] >=
			   NUMALENS_WAKEUP_ROUNDS / 2,
			   "wakeups across nodes are counted in a domain across nodes",
			   "%" PRIu64 " counted (ttwu_wake_remote), of all tasks",
			   tally.across[NUMALENS_COUNTER_WAKE_REMOTE]);
	return NUMALENS_OK;
}

static int woken_free(struct numalens_scene *scene, struct numalens_actor *actor)
{
	struct numalens_wakeup wakeup = {
		.roams = true,
		.nid = scene->lab->far,
		.waker_nid = scene->lab->near,
	};
	bool affine = bridge_has(scene, "SD_WAKE_AFFINE") && shares_cache(scene);
	int ret;

	numalens_lab_phase(scene->lab, "wakeup, free", "the same, but the sleeper is let go before it "
			   "sleeps on node %u: where a domain with SD_WAKE_AFFINE has both CPUs, it may "
			   "wake beside its waker, on node %u%s.", wakeup.nid, wakeup.waker_nid,
			   affine || !bridge_has(scene, "SD_WAKE_AFFINE") ? "" : "; not here, where "
			   "a CPU shares its cache with no other");
	ret = numalens_scene_begin(scene);
	if (!ret)
		ret = numalens_wakeup_run(&wakeup, actor);
	if (!ret)
		ret = moves_show(scene, actor, "moves of its threads at a wakeup",
				 NUMALENS_MOVE_WAKEUP);
	if (ret)
		return ret;
	if (affine)
		numalens_lab_claim(scene->lab, wakeup.brought, "wakeup: a sleeper may be brought to the "
				   "node of its waker", "%u of %u times", wakeup.brought, wakeup.slept);
	return numalens_scene_end(scene);
}

static int woken(struct numalens_scene *scene, struct numalens_crowd *crowd)
{
	struct numalens_actor *actor = numalens_actor_start(scene->lab, "lab-wakeup", 2);
	int ret = actor ? woken_across(scene, crowd, actor) : NUMALENS_FAILED;

	return ret ? ret : woken_free(scene, actor);
}

/* Enough to do that CPUs have two tasks, and naps enough that some have none. */
static int newly_idle(struct numalens_scene *scene, struct numalens_crowd *crowd)
{
	bool inside = numalens_tally_has_flag(scene->inner, "SD_BALANCE_NEWIDLE");
	bool across = numalens_tally_has_flag(scene->outer, "SD_BALANCE_NEWIDLE");
	unsigned int nr = up_to_max(2 * scene->nr_cpus);
	uint64_t until = now_ms() + LIMIT_MS;
	struct numalens_tally tally;
	int ret;

	numalens_lab_phase(scene->lab, "newidle", "%u processes work for 3 ms and sleep for 5 ms, in "
			   "turn. A CPU that has nothing more to do looks for a task that waits "
			   "elsewhere: first inside its node, then across, as far as "
			   "SD_BALANCE_NEWIDLE allows it.", nr);
	ret = crowd_begin(scene, crowd);
	if (!ret)
		ret = numalens_crowd_start(crowd, nr, true, NULL);
	do {
		usleep(PERIOD_US);
		if (!ret)
			ret = numalens_scene_tally(scene, &tally);
	} while (!ret && now_ms() < until &&
		 ((inside && !tally.inside[NUMALENS_COUNTER_NEWIDLE]) ||
		  (across && !tally.across[NUMALENS_COUNTER_NEWIDLE])));
	numalens_crowd_calm(crowd);
	if (ret)
		return ret;
	numalens_tally_show(scene->lab, &tally);
	if (inside)
		numalens_lab_claim(scene->lab, tally.inside[NUMALENS_COUNTER_NEWIDLE],
				   "newidle: a CPU looks inside its node", "%" PRIu64 " times",
				   tally.inside[NUMALENS_COUNTER_NEWIDLE]);
	if (across)
		numalens_lab_claim(scene->lab, tally.across[NUMALENS_COUNTER_NEWIDLE],
				   "newidle: a CPU looks across nodes", "%" PRIu64 " times",
				   tally.across[NUMALENS_COUNTER_NEWIDLE]);
	return NUMALENS_OK;
}

/* The core of a CPU of the near node: which group of siblings; -1: none. */
static int core_of(const struct numalens_scene *scene, int cpu)
{
	const struct numalens_topology *topology = &scene->lab->topology;
	static struct numalens_list list;
	size_t i;

	for (i = 0; i < topology->nr_siblings; i++)
		if (!numalens_list_parse(&list, topology->siblings[i]) && list.nr > 1 &&
		    numalens_list_has(&list, cpu))
			return i;
	return -1;
}

/* Two CPUs of one core, where the node has another core; false: there are none. */
static bool siblings_find(const struct numalens_scene *scene, int *pair)
{
	bool other = false, found = false;
	unsigned int i;

	pair[0] = scene->near[0];
	for (i = 1; i < scene->nr_near; i++) {
		if (core_of(scene, scene->near[i]) != core_of(scene, pair[0])) {
			other = true;
		} else if (!found) {
			pair[1] = scene->near[i];
			found = true;
		}
	}
	return core_of(scene, pair[0]) >= 0 && other && found;
}

static void pair_row(const struct numalens_scene *scene, const char *when, const int *cpus)
{
	int i;

	numalens_lab_row(scene->lab);
	numalens_lab_cell(scene->lab, "%s", when);
	for (i = 0; i < 2; i++)
		numalens_lab_cell(scene->lab, "CPU %d, core of CPUs %s", cpus[i],
				  core_of(scene, cpus[i]) < 0 ? "?" :
				  scene->lab->topology.siblings[core_of(scene, cpus[i])]);
}

static bool are_apart(const struct numalens_scene *scene, const struct numalens_crowd *crowd,
		      int *cpus)
{
	int i;

	for (i = 0; i < 2; i++)
		cpus[i] = __atomic_load_n(&crowd->board->cpus[i], __ATOMIC_RELAXED);
	return core_of(scene, cpus[0]) != core_of(scene, cpus[1]);
}

static int two_cores(struct numalens_scene *scene, struct numalens_crowd *crowd, const int *pair)
{
	static const char * const columns[] = { "", "first", "second" };
	uint64_t until = now_ms() + LIMIT_MS;
	int cpus[2], ret = numalens_crowd_start(crowd, 2, false, pair);
	cpu_set_t near;
	unsigned int i;

	CPU_ZERO(&near);
	for (i = 0; i < scene->nr_near; i++)
		CPU_SET(scene->near[i], &near);
	if (ret)
		return ret;
	while (are_apart(scene, crowd, cpus) && now_ms() < until)
		usleep(PERIOD_US);
	numalens_lab_table(scene->lab, "where the two are", columns, ARRAY_SIZE(columns));
	pair_row(scene, "tied to one core", cpus);
	for (i = 0; i < 2; i++)
		sched_setaffinity(crowd->board->pids[i], sizeof(near), &near);
	while (!are_apart(scene, crowd, cpus) && now_ms() < until)
		usleep(PERIOD_US);
	numalens_crowd_calm(crowd);
	pair_row(scene, "free on their node", cpus);
	numalens_lab_claim(scene->lab, core_of(scene, cpus[0]) != core_of(scene, cpus[1]),
			   "SMT: two busy tasks go to two cores", "CPUs %d and %d", cpus[0], cpus[1]);
	return NUMALENS_OK;
}

static int smt(struct numalens_scene *scene, struct numalens_crowd *crowd)
{
	int pair[2] = { 0 }, ret = NUMALENS_OK;

	if (!siblings_find(scene, pair)) {
		numalens_lab_phase(scene->lab, "SMT", "not here: node %u has no two cores of more than "
				   "one thread each.", scene->lab->near);
		return NUMALENS_OK;
	}
	numalens_lab_phase(scene->lab, "SMT", "two busy tasks share a core; let go, they are to have one "
			   "each, since the core's domain has SD_PREFER_SIBLING: a push of active "
			   "balancing, for neither waits.");
	ret = crowd_begin(scene, crowd);
	if (!ret)
		ret = two_cores(scene, crowd, pair);
	return ret ? ret : numalens_scene_end(scene);
}

static int play(struct numalens_scene *scene)
{
	struct numalens_crowd crowd;
	int ret = numalens_crowd_open(&crowd, scene->lab);

	if (!ret)
		ret = forked(scene, &crowd);
	if (!ret)
		ret = executed(scene, &crowd);
	if (!ret)
		ret = woken(scene, &crowd);
	if (!ret)
		ret = newly_idle(scene, &crowd);
	if (!ret)
		ret = smt(scene, &crowd);
	/* The lab ends the crowd, with all actors. */
	numalens_crowd_close(&crowd);
	return ret;
}

static int run(struct numalens_lab *lab)
{
	static struct numalens_scene scene;
	int ret = numalens_lab_need_idle(lab);

	if (ret)
		return ret;
	if (numalens_undo_setting("proc/sys/kernel", "sched_schedstats", "1"))
		return numalens_lab_fail(lab, "kernel.sched_schedstats can't be set");
	/* It moves tasks, too: see lab run balance. */
	numalens_undo_setting("proc/sys/kernel", "numa_balancing", "0");
	ret = numalens_scene_read(&scene, lab);
	if (!ret) {
		numalens_lab_phase(lab, "the domains", "a domain is CPUs that tasks are balanced among; "
				   "its flags say at which events.");
		numalens_scene_show(&scene);
		numalens_lab_claim(lab, scene.bridge, "a domain spans the nodes", scene.bridge ?
				   "one has CPUs of both" : "none has CPUs of both: nothing "
				   "balances tasks between them");
	}
	if (!ret && scene.bridge)
		ret = play(&scene);
	numalens_scene_free(&scene);
	return ret;
}

static const char *missing(const struct numalens_lab *lab)
{
	const char *nodes = numalens_lab_missing_nodes(lab);
	struct numalens_dir dir;

	if (nodes)
		return nodes;
	numalens_dir_set(&dir, "proc/sys/kernel");
	return numalens_dir_has(&dir, "sched_schedstats") ? NULL :
	       "this kernel does not count balancing (CONFIG_SCHEDSTATS)";
}

const struct numalens_experiment numalens_experiment_domains = {
	.name = "domains",
	.title = "scheduling domains say when a task may go to another CPU or node",
	.expects = "Where the flags of a domain across nodes allow it, children begin on other nodes, an "
		   "exec goes to one that is idle, a sleeper wakes beside its waker, and an idle CPU "
		   "looks there for work. Two busy tasks take two cores.",
	.why = "At each event the scheduler goes up the domains of the CPU, as far as the flag for it is "
	       "set: SD_BALANCE_FORK and _EXEC (select_task_rq_fair()), SD_WAKE_AFFINE "
	       "(wake_affine()), SD_BALANCE_NEWIDLE (newidle_balance()). Across a distance above 30 "
	       "(node_reclaim_distance) the kernel clears the first three.",
	.missing = missing,
	.run = run,
};
