/* SPDX-License-Identifier: GPL-2.0 */
/* What the plugins have in common. Each is one file, and includes this once. */
#ifndef SELFTESTS_PLUGIN_H
#define SELFTESTS_PLUGIN_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <qemu-plugin.h>

#include "marker.h"

#define VCPUS_MAX	64

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* the bytes of an instruction, at most @len; how many */
static size_t insn_bytes(struct qemu_plugin_insn *insn, uint8_t *bytes, size_t len)
{
	size_t size = qemu_plugin_insn_size(insn);

	if (size < len)
		len = size;
#if QEMU_PLUGIN_VERSION >= 3
	return qemu_plugin_insn_data(insn, bytes, len);
#else
	memcpy(bytes, qemu_plugin_insn_data(insn), len);
	return len;
#endif
}

/* the message of a marker; 0 for any other instruction */
static unsigned int marker_read(struct qemu_plugin_insn *insn)
{
	static const uint8_t opcode[] = MARKER_OPCODE;
	uint8_t bytes[MARKER_LEN];
	uint32_t displacement;

	if (qemu_plugin_insn_size(insn) != MARKER_LEN ||
	    insn_bytes(insn, bytes, MARKER_LEN) != MARKER_LEN ||
	    memcmp(bytes, opcode, sizeof(opcode)))
		return 0;
	memcpy(&displacement, bytes + sizeof(opcode), sizeof(displacement));
	return displacement >> 16 == MARKER_MAGIC ? displacement & 0xffff : 0;
}

/* let @say hear of every marker in a block, with the message as its userdata */
static void markers_hear(struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t say)
{
	size_t i;

	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uintptr_t message = marker_read(insn);

		if (message)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, say, QEMU_PLUGIN_CB_NO_REGS,
							       (void *)message);
	}
}

/* the file that the argument out=FILE names */
static const char *output_path(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			return argv[i] + 4;
	return "";
}

/* create it; a descriptor, or -1 */
static int output_open(int argc, char **argv)
{
	int fd = open(output_path(argc, argv), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0)
		perror("plugin: out=FILE");
	return fd;
}

/* replace the file's content: the guest reads it behind the marker */
static void output_write(int fd, const char *text, size_t len)
{
	if (ftruncate(fd, 0) || pwrite(fd, text, len, 0) != (ssize_t)len)
		perror("plugin");
}

#endif
