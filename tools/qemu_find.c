// SPDX-License-Identifier: GPL-2.0
/*
 * Which process the guest of a domain is.
 *
 * libvirt tells no client the pid. It keeps a pid file, but where depends on how
 * it was built, and on whose libvirt it is; and a file outlives a process that
 * was killed, whose number is then another's. The UUID is sure: libvirt gives it
 * to every QEMU on the command line, no two of its domains have the same, and
 * it is there just as long as the process. Two libvirts (the system's, a
 * user's) may each have a domain of that UUID, and anybody can start a QEMU
 * with any: where more than one has it, none is taken.
 */
#include "qemu_find.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "file.h"
#include "qemu.h"

static bool has_uuid(unsigned int pid, const char *uuid)
{
	struct numalens_dir dir;
	bool has = false;
	char **words;
	size_t nr, i;

	numalens_dir_set(&dir, "proc/%u", pid);
	if (!numalens_dir_read_words(&dir, "cmdline", &words, &nr))
		for (i = 0; i + 1 < nr && !has; i++)
			has = !strcmp(words[i], "-uuid") && !strcasecmp(words[i + 1], uuid);
	numalens_dir_names_free(words, nr);
	return has;
}

static bool is_guest(unsigned int pid, const char *uuid)
{
	struct numalens_qemu qemu;
	bool is;

	if (!has_uuid(pid, uuid))
		return false;
	is = numalens_qemu_read(&qemu, pid);
	numalens_qemu_free(&qemu);
	return is;
}

/**
 * numalens_qemu_find() - find the guest of a domain
 * @uuid: the domain's
 * @name: its name, for messages
 * @pid: gets its process
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_qemu_find(const char *uuid, const char *name, unsigned int *pid)
{
	struct numalens_dir proc;
	unsigned int *pids;
	size_t nr, i;
	int ret;

	*pid = 0;
	numalens_dir_set(&proc, "proc");
	ret = numalens_dir_ids(&proc, "", &pids, &nr);
	if (ret)
		return numalens_error_file(&proc, NULL, "read", -ret);
	for (i = 0; i < nr && !ret; i++) {
		if (!is_guest(pids[i], uuid))
			continue;
		if (*pid)
			ret = numalens_error(NUMALENS_FAILED, "both %u and %u have the UUID of domain "
					     "%s: give the pid that is meant", *pid, pids[i], name);
		*pid = pids[i];
	}
	free(pids);
	if (!*pid)
		ret = numalens_error(NUMALENS_NO_PROCESS, "domain %s has just ended: no process of "
				     "QEMU's has its UUID", name);
	return ret;
}
