// SPDX-License-Identifier: GPL-2.0
/*
 * Lines that put a domain right through libvirt, which else would not know of it.
 */
#include "remedy_tune.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "judge.h"
#include "tune.h"
#include "word.h"

/**
 * numalens_remedy_tune_virsh() - make a line of virsh(1)
 * @tune: domain that it is for
 * @command: "start"
 *
 * Return: the line; free() it.
 */
char *numalens_remedy_tune_virsh(const struct numalens_tune *tune, const char *command)
{
	char *uri = numalens_word(tune->uri), *name = numalens_word(tune->name);
	char *line = numalens_strf("virsh -c %s %s %s", uri, command, name);

	free(name);
	free(uri);
	return line;
}

/**
 * numalens_remedy_tune_pin() - make the line that pins a thread
 * @tune: domain
 * @vcpu: vCPU whose it is, NUMALENS_NONE for QEMU's own
 * @cpus: CPUs, a list
 *
 * Return: the line; free() it.
 */
char *numalens_remedy_tune_pin(const struct numalens_tune *tune, size_t vcpu, const char *cpus)
{
	bool is_vcpu = vcpu != NUMALENS_NONE;
	char *line = numalens_remedy_tune_virsh(tune, is_vcpu ? "vcpupin" : "emulatorpin");

	if (is_vcpu)
		numalens_append(&line, " %zu", vcpu);
	numalens_append(&line, " %s --live", cpus);
	return line;
}
