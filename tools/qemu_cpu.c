// SPDX-License-Identifier: GPL-2.0
/*
 * Which cell the CPUs of a guest are in, as QEMU's command line has it:
 *
 *	-smp 8,sockets=2,cores=2,threads=2
 *	-numa node,nodeid=0,cpus=0-3			by their numbers, or
 *	-numa cpu,node-id=1,socket-id=1,core-id=0	by their place
 *
 * A CPU's number counts threads first, then cores, dies and sockets. Where
 * nothing is said of any CPU, QEMU gives cells their sockets in turn.
 */
#include "qemu_cpu.h"

#include <string.h>

#include "alloc.h"
#include "number.h"
#include "qemu.h"
#include "qemu_option.h"

/* What no machine of QEMU's has: a command line may say anything. */
#define MAX_VCPUS	8192

static uint64_t limited(const struct numalens_qemu_option *option, const char *key)
{
	uint64_t value = numalens_qemu_option_number(option, key, 0);

	return value < MAX_VCPUS ? value : MAX_VCPUS;
}

/**
 * numalens_qemu_cpu_smp() - read the argument of -smp
 * @smp: gets it, with what QEMU (since 6.2) adds where something is left out
 * @option: the argument
 */
void numalens_qemu_cpu_smp(struct numalens_smp *smp, const struct numalens_qemu_option *option)
{
	uint64_t clusters = limited(option, "clusters"), max = limited(option, "maxcpus");

	smp->cpus = limited(option, "cpus");
	smp->sockets = limited(option, "sockets");
	smp->dies = limited(option, "dies");
	smp->cores = limited(option, "cores");
	smp->threads = limited(option, "threads");
	clusters = clusters ? clusters : 1;
	smp->dies = smp->dies ? smp->dies : 1;
	max = max ? max : smp->cpus;
	if (!max || (smp->sockets && smp->cores)) {
		smp->sockets = smp->sockets ? smp->sockets : 1;
		smp->cores = smp->cores ? smp->cores : 1;
		if (!smp->threads)
			smp->threads = max / (smp->sockets * smp->dies * clusters * smp->cores);
		smp->threads = smp->threads ? smp->threads : 1;
	} else {
		smp->threads = smp->threads ? smp->threads : 1;
		if (smp->cores)
			smp->sockets = max / (smp->dies * clusters * smp->cores * smp->threads);
		smp->sockets = smp->sockets ? smp->sockets : 1;
		if (!smp->cores)
			smp->cores = max / (smp->sockets * smp->dies * clusters * smp->threads);
		smp->cores = smp->cores ? smp->cores : 1;
	}
	smp->cores *= clusters;
	if (!smp->cpus)
		smp->cpus = max ? max : smp->sockets * smp->dies * smp->cores * smp->threads;
	if (smp->cpus > MAX_VCPUS)
		smp->cpus = MAX_VCPUS;
	smp->max = max > smp->cpus ? max : smp->cpus;
}

static bool is_there(const struct numalens_qemu_option *option, const char *key, uint64_t id)
{
	return numalens_qemu_option_number(option, key, id) == id;
}

/* Is the CPU at the place that -numa cpu names? What it leaves out is any. */
static bool is_at(const struct numalens_smp *smp, uint64_t cpu,
		  const struct numalens_qemu_option *option)
{
	uint64_t core = cpu / smp->threads, die = core / smp->cores;

	return is_there(option, "thread-id", cpu % smp->threads) &&
	       is_there(option, "core-id", core % smp->cores) &&
	       is_there(option, "die-id", die % smp->dies) &&
	       is_there(option, "socket-id", die / smp->dies);
}

static size_t cell_by_number(const struct numalens_qemu *qemu, uint64_t cpu)
{
	static struct numalens_list list;
	size_t i;

	for (i = 0; i < qemu->nr_cells; i++)
		if (qemu->cells[i].cpus && !numalens_list_parse(&list, qemu->cells[i].cpus) &&
		    numalens_list_has(&list, cpu))
			return i;
	return NUMALENS_QEMU_NONE;
}

static size_t cell_by_place(const struct numalens_qemu *qemu, uint64_t cpu,
			    const struct numalens_qemu_option *numa_cpus, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (is_at(&qemu->smp, cpu, &numa_cpus[i]))
			return numalens_qemu_cell(qemu, numalens_qemu_option_number(&numa_cpus[i],
										    "node-id", 0));
	return NUMALENS_QEMU_NONE;
}

/**
 * numalens_qemu_cpu_cells() - put the CPUs of a guest into its cells
 * @qemu: guest; gets its CPUs
 * @numa_cpus: arguments of -numa cpu
 * @nr: their count
 */
void numalens_qemu_cpu_cells(struct numalens_qemu *qemu,
			     const struct numalens_qemu_option *numa_cpus, size_t nr)
{
	uint64_t per_socket = qemu->smp.dies * qemu->smp.cores * qemu->smp.threads;
	bool said = false;
	size_t cpu;

	/* Those that are plugged in later, too: which are there their threads tell. */
	qemu->nr_vcpus = qemu->smp.max;
	qemu->vcpus = numalens_alloc(qemu->nr_vcpus, sizeof(*qemu->vcpus));
	for (cpu = 0; cpu < qemu->nr_vcpus; cpu++) {
		struct numalens_vcpu *vcpu = &qemu->vcpus[cpu];

		vcpu->thread = NUMALENS_QEMU_NONE;
		vcpu->cell = cell_by_number(qemu, cpu);
		if (vcpu->cell == NUMALENS_QEMU_NONE)
			vcpu->cell = cell_by_place(qemu, cpu, numa_cpus, nr);
		said |= vcpu->cell != NUMALENS_QEMU_NONE;
	}
	for (cpu = 0; cpu < qemu->nr_vcpus && qemu->nr_cells; cpu++)
		if (qemu->vcpus[cpu].cell == NUMALENS_QEMU_NONE)
			qemu->vcpus[cpu].cell = said ? 0 : cpu / per_socket % qemu->nr_cells;
}
