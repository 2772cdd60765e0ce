// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the instructions that a virtual CPU executes, in the kernel and
 * outside, between two markers on it. The file then holds
 *
 *	SEQUENCE VCPU INSTRUCTIONS
 *
 * A string instruction counts once however often it repeats: QEMU ends a block
 * with it and goes round a block of it alone. What interrupts do in between,
 * the timer's above all, does not count, once the guest has said where their
 * entries are: as START END (hexadecimal) in FILE.entries, before MARKER_ENTRIES.
 */
#include <limits.h>
#include <stdlib.h>

#include "plugin.h"

/**
 * struct block - code that QEMU translated at once
 * @addr: where it begins
 * @nr: instructions that count
 * @returns: it ends with the return from an interrupt or exception
 */
struct block {
	uint64_t addr;
	unsigned int nr;
	bool returns;
};

/* A cache line each. */
static struct {
	_Alignas(64) uint64_t insns;
	uint64_t begin;
	bool interrupted;
} vcpus[VCPUS_MAX];

static struct {
	uint64_t begin, len;
} entries;

static int output;
static char entries_path[PATH_MAX];
static unsigned int sequence;

static void read_entries(void)
{
	FILE *file = fopen(entries_path, "r");
	unsigned long long begin, end;

	if (!file || fscanf(file, "%llx %llx", &begin, &end) != 2 || end < begin)
		begin = end = 0;
	if (file)
		fclose(file);
	entries.begin = begin;
	entries.len = end - begin;
}

static void say(unsigned int vcpu, void *message)
{
	char text[64];
	int len;

	if (vcpu >= VCPUS_MAX)
		return;
	if ((uintptr_t)message == MARKER_ENTRIES) {
		read_entries();
	} else if ((uintptr_t)message == MARKER_BEGIN) {
		vcpus[vcpu].begin = vcpus[vcpu].insns;
	} else if ((uintptr_t)message == MARKER_END) {
		len = snprintf(text, sizeof(text), "%u %u %llu\n", ++sequence, vcpu,
			       (unsigned long long)(vcpus[vcpu].insns - vcpus[vcpu].begin));
		output_write(output, text, len);
	}
}

/* Interrupts do not nest: the first return is theirs. */
static void count(unsigned int vcpu, void *arg)
{
	const struct block *block = arg;

	if (vcpu >= VCPUS_MAX)
		return;
	if (block->addr - entries.begin < entries.len)
		vcpus[vcpu].interrupted = true;
	if (!vcpus[vcpu].interrupted)
		vcpus[vcpu].insns += block->nr;
	else if (block->returns)
		vcpus[vcpu].interrupted = false;
}

static bool repeats(struct qemu_plugin_insn *insn)
{
	uint8_t bytes[15];
	size_t i, len = insn_bytes(insn, bytes, sizeof(bytes));
	bool rep = false;

	for (i = 0; i < len; i++) {
		if (bytes[i] == 0xf2 || bytes[i] == 0xf3)
			rep = true;
		else if (bytes[i] != 0x66 && bytes[i] != 0x67 && (bytes[i] & 0xf0) != 0x40)
			break;
	}
	/* movs and cmps; stos, lods and scas */
	return rep && i < len && ((bytes[i] >= 0xa4 && bytes[i] <= 0xa7) ||
				  (bytes[i] >= 0xaa && bytes[i] <= 0xaf));
}

static bool returns(struct qemu_plugin_insn *insn)
{
	static const uint8_t iretq[] = { 0x48, 0xcf };
	uint8_t bytes[sizeof(iretq)];

	return insn_bytes(insn, bytes, sizeof(bytes)) == sizeof(iretq) &&
	       !memcmp(bytes, iretq, sizeof(iretq));
}

/* QEMU does not say when it forgets a block, and there are not that many. */
static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = malloc(sizeof(*block));
	size_t nr = qemu_plugin_tb_n_insns(tb);

	if (!block)
		abort();
	block->addr = qemu_plugin_tb_vaddr(tb);
	block->nr = nr == 1 && repeats(qemu_plugin_tb_get_insn(tb, 0)) ? 0 : nr;
	block->returns = returns(qemu_plugin_tb_get_insn(tb, nr - 1));
	qemu_plugin_register_vcpu_tb_exec_cb(tb, count, QEMU_PLUGIN_CB_NO_REGS, block);
	markers_hear(tb, say);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
					   int argc, char **argv)
{
	output = output_open(argc, argv);
	if (output < 0)
		return 1;
	snprintf(entries_path, sizeof(entries_path), "%s.entries", output_path(argc, argv));
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
