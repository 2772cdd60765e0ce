// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "array.h"
#include "chance.h"
#include "fuzz.h"
#include "node.h"
#include "text.h"

#define CPUS		8
#define BLOCKS		512
#define MEMORY		"/sys/devices/system/memory"

pid_t fuzz_pid(const struct fuzz *fuzz)
{
	pid_t pid = __atomic_load_n(&chance_of(fuzz->pool), __ATOMIC_RELAXED);

	if (chance_one_in(20))
		return chance_below(50);
	/* a child of it, or its neighbour */
	return pid ? pid + (chance_one_in(4) ? (int)chance_below(3) : 0) : 0;
}

static bool is_in_pool(const struct fuzz *fuzz, pid_t pid)
{
	size_t i;

	for (i = 0; pid && i < FUZZ_POOL; i++)
		if (__atomic_load_n(&fuzz->pool[i], __ATOMIC_RELAXED) == pid)
			return true;
	return false;
}

static void settle(void)
{
	static const struct {
		const char *path;
		const char *values[2];
	} knobs[] = {
		{ "/proc/sys/vm/compact_memory", { "1", "1" } },
		{ "/proc/sys/vm/drop_caches", { "1", "2" } },
		{ "/proc/sys/kernel/numa_balancing", { "0", "1" } },
		{ "/sys/kernel/mm/ksm/run", { "1", "2" } },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", { "always", "madvise" } },
	};
	size_t i = chance_below(ARRAY_SIZE(knobs));

	text_puts(knobs[i].path, knobs[i].values[chance_below(2)]);
}

void fuzz_disturb(const struct fuzz *fuzz)
{
	unsigned long from = 1 + chance_below(15), to = 1 + chance_below(15);
	pid_t pid = __atomic_load_n(&chance_of(fuzz->pool), __ATOMIC_RELAXED);
	char path[64];
	cpu_set_t set;

	if (!is_in_pool(fuzz, pid))
		return;
	switch (chance_below(8)) {
	case 0:
		kill(pid, SIGSTOP);
		usleep(chance_below(20000));
		kill(pid, SIGCONT);
		break;
	case 1:
		kill(pid, SIGKILL);
		break;
	case 2:
		CPU_ZERO(&set);
		CPU_SET(chance_below(CPUS), &set);
		sched_setaffinity(pid, sizeof(set), &set);
		break;
	case 3:
		snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
		free(text_read(path, NULL));
		break;
	case 4:
		settle();
		break;
	default:
		syscall(SYS_migrate_pages, pid, 8, &from, &to);
	}
}

static bool cpu_set_online(unsigned int cpu, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	return !text_puts(path, value);
}

static bool block_set_state(unsigned int block, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), MEMORY "/memory%u/state", block);
	return !text_puts(path, value);
}

/* A block that is in use can't be taken away: then nothing has happened. */
void fuzz_plug(struct fuzz *fuzz)
{
	bool up = chance_one_in(2);

	if (chance_one_in(3))
		fuzz_count(fuzz, FUZZ_CPUS,
			  cpu_set_online(1 + chance_below(CPUS - 1), up ? "1" : "0"));
	else
		fuzz_count(fuzz, FUZZ_BLOCKS,
			  block_set_state(chance_below(BLOCKS), up ? "online" : "offline"));
}

void fuzz_unplug_none(void)
{
	DIR *dir = opendir(MEMORY);
	struct dirent *entry;
	unsigned int cpu, block;

	for (cpu = 1; cpu < CPUS; cpu++)
		cpu_set_online(cpu, "1");
	while (dir && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "memory%u", &block) == 1)
			block_set_state(block, "online");
	if (dir)
		closedir(dir);
}
