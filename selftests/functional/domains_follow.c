// SPDX-License-Identifier: GPL-2.0
/*
 * The directories of the scheduling domains follow the kernel: a CPU that goes
 * and comes back, a cpuset partition that is made and removed, and both while
 * everything is being read.
 *
 * Oracles: debugfs sched/domains and /proc/schedstat, as in domains.c; for the
 * groups, what the scheduler prints when it attaches domains.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/domain.h"
#include "../lib/lens.h"
#include "../lib/text.h"

#define CGROUP		"/sys/fs/cgroup"
#define PARTITION	CGROUP "/numalens-domains"
#define VERBOSE		"/sys/kernel/debug/sched/verbose"
#define FOLLOW_MS	60000
#define SETTLE_MS	2500
#define HAMMER_NS	6000000000ULL
#define NR_READERS	4
#define LEVELS_MAX	16

static int victim(void)
{
	int cpus[DOMAIN_CPUS_MAX];
	int nr = cpus_online(cpus, DOMAIN_CPUS_MAX);
	char path[PATH_MAX];

	if (nr < 2)
		return -1;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpus[nr - 1]);
	return access(path, W_OK) ? -1 : cpus[nr - 1];
}

/* generation has to grow by a change, and to stay without one. */
static int grown(uint64_t *generation, const char *after)
{
	uint64_t was = *generation, again;

	if (domains_generation(generation) || *generation <= was)
		return fail("generation did not grow after %s", after);
	if (domains_generation(&again) || again != *generation)
		return fail("generation grew again after %s", after);
	return domains_compare();
}

static int hotplug_read(void)
{
	int cpu = victim();
	uint64_t generation;
	int ret;

	if (cpu < 0)
		return skip("no CPU can be switched off");
	if (domains_generation(&generation))
		return fail("no generation");
	ret = cpu_online_set(cpu, false);
	if (ret)
		return skip("CPU %d stays: %s", cpu, strerror(-ret));
	ret = grown(&generation, "a CPU went");
	if (cpu_online_set(cpu, true))
		return fail("CPU %d does not come back", cpu);
	return grown(&generation, "a CPU came") ?: ret;
}

/* Wait for what has to happen without anybody reading generation. */
static bool count_becomes(int cpu, int nr)
{
	int waited;

	for (waited = 0; waited < FOLLOW_MS; waited += 50) {
		if (domain_count(cpu) == nr)
			return true;
		sleep_ms(50);
	}
	return false;
}

/* The same of all CPUs, as many as the kernel has. */
static void counts_become_right(void)
{
	int cpus[DOMAIN_CPUS_MAX];
	int i, nr = cpus_online(cpus, DOMAIN_CPUS_MAX);

	for (i = 0; i < nr; i++)
		count_becomes(cpus[i], domain_count_debugfs(cpus[i]));
}

/* What an earlier change has set off may follow the next one as well. */
static void settle(void)
{
	sleep_ms(SETTLE_MS);
}

static int hotplug_alone(void)
{
	int cpu = victim();
	int nr, ret = CASE_PASS;

	if (cpu < 0)
		return skip("no CPU can be switched off");
	settle();
	nr = domain_count(cpu);
	if (cpu_online_set(cpu, false))
		return skip("CPU %d stays", cpu);
	if (!count_becomes(cpu, -ENOENT))
		ret = fail("the directory of CPU %d stays", cpu);
	settle();
	if (cpu_online_set(cpu, true))
		return fail("CPU %d does not come back", cpu);
	if (!count_becomes(cpu, nr))
		return fail("the directories of CPU %d stay away", cpu);
	/* Those of the others may come last. */
	counts_become_right();
	settle();
	return domains_compare() ?: ret;
}

struct attached {
	int nr;
	char groups[LEVELS_MAX][4096];
};

static struct attached attached[DOMAIN_CPUS_MAX];

/* " 0:{ span=0-1 cap=2048 }, 2:{ span=2-3 }" to "0-1 2-3", appended */
static void groups_parse(const char *text, char *groups, size_t size)
{
	size_t len = strlen(groups);

	while (len < size && (text = strstr(text, "span="))) {
		int at = strlen("span=");

		len += snprintf(groups + len, size - len, "%s%.*s",
				len ? " " : "", (int)strcspn(text + at, " "),
				text + at);
		text += at;
	}
}

/*
 * The kernel log as records: "CPU0 attaching sched-domain(s):", then for each
 * domain "domain-0: span=0-1 level=MC" and "groups: 0:{ span=0 }, …".
 */
static void record_parse(const char *text, int *cpu, int *index)
{
	struct attached *at;

	if (sscanf(text, "CPU%d attaching", cpu) == 1) {
		memset(&attached[*cpu], 0, sizeof(attached[*cpu]));
		*index = -1;
		return;
	}
	if (*cpu < 0)
		return;
	at = &attached[*cpu];
	if (sscanf(text, " domain-%d:", index) == 1) {
		at->nr = *index + 1;
		return;
	}
	/* A long line goes on in a record of its own. */
	if (*index >= 0 && *index < LEVELS_MAX)
		groups_parse(text, at->groups[*index],
			     sizeof(at->groups[*index]));
}

static void log_parse(int log)
{
	char record[8192];
	int cpu = -1, index = -1;
	ssize_t len;

	while ((len = read(log, record, sizeof(record) - 1)) > 0 ||
	       (len < 0 && errno == EPIPE)) {
		char *text;

		if (len < 0)
			continue;
		record[len] = '\0';
		text = strchr(record, ';');
		if (text)
			record_parse(text + 1, &cpu, &index);
	}
}

static int groups_compare(int *checked)
{
	int cpus[DOMAIN_CPUS_MAX];
	int nr = cpus_online(cpus, DOMAIN_CPUS_MAX);
	int i, index, result = CASE_PASS;

	for (i = 0; i < nr; i++) {
		for (index = 0; index < attached[cpus[i]].nr &&
		     index < LEVELS_MAX; index++) {
			const char *wanted = attached[cpus[i]].groups[index];
			char *here = domain_text(cpus[i], index, "groups");

			(*checked)++;
			if (!here || strcmp(here, wanted))
				result = fail("cpu%d/domain%d/groups: \"%s\", the kernel attached \"%s\"",
					      cpus[i], index, here ?: "-",
					      wanted);
			free(here);
		}
	}
	return result;
}

static int groups_as_attached(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int cpu = victim(), checked = 0, ret = 0;
	uint64_t generation;

	if (cpu < 0 || log < 0 || text_puts(VERBOSE, "Y\n")) {
		close(log);
		return skip("needs a CPU to switch off and sched/verbose");
	}
	lseek(log, 0, SEEK_END);
	ret = cpu_online_set(cpu, false);
	if (!ret)
		ret = cpu_online_set(cpu, true);
	log_parse(log);
	close(log);
	if (ret)
		return fail("CPU %d: %s", cpu, strerror(-ret));
	if (domains_generation(&generation))
		return fail("no generation");
	ret = groups_compare(&checked);
	note("%d domains", checked);
	return checked ? ret : skip("the kernel attached no domain");
}

static int cpuset_set(const char *name, const char *value)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PARTITION "/%s", name);
	return text_puts(path, value);
}

static void partition_remove(void)
{
	cpuset_set("cpuset.cpus.partition", "member\n");
	rmdir(PARTITION);
}

/* Cut the last half of the CPUs off into domains of their own. */
static int partition_make(void)
{
	int cpus[DOMAIN_CPUS_MAX];
	int nr = cpus_online(cpus, DOMAIN_CPUS_MAX);
	char text[64];
	char *state;
	int ret;

	if (nr < 2)
		return -ENODEV;
	text_puts(CGROUP "/cgroup.subtree_control", "+cpuset\n");
	if (mkdir(PARTITION, 0755) && errno != EEXIST)
		return -errno;
	snprintf(text, sizeof(text), "%d-%d\n", cpus[nr / 2], cpus[nr - 1]);
	ret = cpuset_set("cpuset.cpus", text);
	if (!ret)
		ret = cpuset_set("cpuset.cpus.partition", "root\n");
	state = text_read(PARTITION "/cpuset.cpus.partition", NULL);
	if (!ret && (!state || strcmp(state, "root\n")))
		ret = -EINVAL;
	free(state);
	if (ret)
		partition_remove();
	return ret;
}

static int partition_read(void)
{
	uint64_t generation;
	int ret;

	if (domains_generation(&generation))
		return fail("no generation");
	ret = partition_make();
	if (ret)
		return skip("no cpuset partition: %s", strerror(-ret));
	ret = grown(&generation, "a partition was made");
	partition_remove();
	return grown(&generation, "the partition was removed") ?: ret;
}

/* The scheduler tells nobody: a reader of any one file has to be enough. */
static int partition_alone(void)
{
	int cpu, nr, fd, err, ret = CASE_PASS;
	char name[32];

	for (cpu = 0; (nr = domain_count(cpu)) == 0; cpu++)
		;
	if (nr < 0)
		return skip("no CPU has a scheduling domain");
	fd = open(domain_path(cpu, nr - 1, "name"), O_RDONLY | O_CLOEXEC);
	settle();
	err = partition_make();
	if (err) {
		close(fd);
		return skip("no cpuset partition: %s", strerror(-err));
	}
	if (domain_count_debugfs(cpu) < nr) {
		if (pread(fd, name, sizeof(name), 0) >= 0 || errno != ENODEV)
			ret = fail("a domain that is gone can be read");
		if (!count_becomes(cpu, domain_count_debugfs(cpu)))
			ret = fail("the directory stays");
		if (pread(fd, name, sizeof(name), 0) >= 0 || errno != ENODEV)
			ret = fail("a directory that is gone can be read");
	}
	close(fd);
	settle();
	partition_remove();
	free(domain_text(cpu, 0, "name"));
	if (domain_count(cpu) && !count_becomes(cpu, nr))
		ret = fail("the directory does not come back");
	if (domains_generation(&(uint64_t){ 0 }))
		return fail("no generation");
	return domains_compare() ?: ret;
}

static atomic_bool is_over;
static atomic_ulong nr_read, nr_gone;
static atomic_int wrong;

static int file_read(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	char *text;

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return is_over;
	text = text_read(path, NULL);
	if (text)
		nr_read++;
	else if (errno == ENOENT || errno == ENODEV)
		nr_gone++;
	else
		wrong = errno;
	free(text);
	return is_over;
}

static void *read_all(void *unused)
{
	(void)unused;
	while (!is_over)
		nftw(LENS_ROOT "/sched_domains", file_read, 16, FTW_PHYS);
	return NULL;
}

static int hammer(void)
{
	pthread_t readers[NR_READERS];
	uint64_t end = now_ns() + HAMMER_NS;
	int i, cpu = victim(), nr_changes = 0, stuck = 0;

	is_over = false;
	for (i = 0; i < NR_READERS; i++)
		if (pthread_create(&readers[i], NULL, read_all, NULL))
			return fail("no thread");
	/* a while, and until the readers have been there */
	while (now_ns() < end || !nr_read) {
		if (cpu >= 0 && !cpu_online_set(cpu, false)) {
			stuck |= cpu_online_set(cpu, true);
			nr_changes++;
		}
		if (!partition_make()) {
			partition_remove();
			nr_changes++;
		}
		sleep_ms(10);
	}
	is_over = true;
	for (i = 0; i < NR_READERS; i++)
		pthread_join(readers[i], NULL);

	note("%d changes, %lu files read, %lu gone", nr_changes, nr_read,
	     nr_gone);
	if (stuck)
		return fail("CPU %d does not come back", cpu);
	if (wrong)
		return fail("a file failed: %s", strerror(wrong));
	if (!nr_changes)
		return skip("nothing can be changed here");
	if (!nr_read || domains_generation(&(uint64_t){ 0 }))
		return fail("nothing could be read");
	return domains_compare();
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a CPU goes and comes, generation is read", hotplug_read },
		{ "a CPU goes and comes, nothing is read", hotplug_alone },
		{ "groups are those that the kernel attached", groups_as_attached },
		{ "a cpuset partition, generation is read", partition_read },
		{ "a cpuset partition, one file is read", partition_alone },
		{ "everything is read while everything changes", hammer },
	};

	domains_need();
	return cases_run(cases, ARRAY_SIZE(cases), 180);
}
