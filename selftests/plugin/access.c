// SPDX-License-Identifier: GPL-2.0
/*
 * Counts loads and stores in one range of user-space addresses between two
 * markers, whoever says them: by virtual CPU, and by what physical memory they
 * reach. The file then holds
 *
 *	SEQUENCE
 *	VCPU GRANULE LOADS STORES	for each that has any
 *
 * Physical memory is in QEMU's own terms, in which a node's memory is one piece
 * at an offset of its own: who reads the file finds it by known accesses.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "plugin.h"

#define GRANULES_MAX	(1U << 14)	/* 32 GiB */

struct counts {
	uint64_t loads, stores;
};

static struct counts (*vcpus)[GRANULES_MAX];
static atomic_bool counting;
static unsigned int sequence;
static uint64_t nr_lost;
static int output;

static void print(FILE *file, unsigned int vcpu)
{
	size_t i;

	for (i = 0; i < GRANULES_MAX; i++) {
		struct counts *counts = &vcpus[vcpu][i];

		if (counts->loads || counts->stores)
			fprintf(file, "%u %zu %llu %llu\n", vcpu, i,
				(unsigned long long)counts->loads,
				(unsigned long long)counts->stores);
	}
}

static void write_counts(void)
{
	char *text;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	unsigned int vcpu;

	if (!file)
		return;
	/* Without a number nobody takes this for an answer. */
	if (!nr_lost)
		fprintf(file, "%u\n", ++sequence);
	for (vcpu = 0; vcpu < VCPUS_MAX; vcpu++)
		print(file, vcpu);
	fclose(file);
	output_write(output, text, len);
	free(text);
}

static void say(unsigned int vcpu, void *message)
{
	if ((uintptr_t)message == MARKER_BEGIN) {
		memset(vcpus, 0, VCPUS_MAX * sizeof(*vcpus));
		nr_lost = 0;
		counting = true;
	} else if ((uintptr_t)message == MARKER_END) {
		counting = false;
		write_counts();
	}
}

static void count(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t addr, void *unused)
{
	struct qemu_plugin_hwaddr *haddr;
	uint64_t granule;

	if (addr - MARKER_ARENA >= MARKER_ARENA_SIZE || !counting)
		return;
	haddr = qemu_plugin_get_hwaddr(info, addr);
	granule = haddr ? qemu_plugin_hwaddr_phys_addr(haddr) >> MARKER_GRANULE_SHIFT :
			  GRANULES_MAX;
	if (vcpu >= VCPUS_MAX || granule >= GRANULES_MAX)
		nr_lost++;
	else if (qemu_plugin_mem_is_store(info))
		vcpus[vcpu][granule].stores++;
	else
		vcpus[vcpu][granule].loads++;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	/* the lower half of the address space is the user's */
	if (qemu_plugin_tb_vaddr(tb) >> 63)
		return;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), count,
						 QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
						 NULL);
	markers_hear(tb, say);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
					   int argc, char **argv)
{
	output = output_open(argc, argv);
	vcpus = calloc(VCPUS_MAX, sizeof(*vcpus));
	if (output < 0 || !vcpus)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
