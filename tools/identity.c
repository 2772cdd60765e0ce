// SPDX-License-Identifier: GPL-2.0
/*
 * Who a process is, as /proc tells of it.
 */
#include "identity.h"

#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "number.h"

/* Asking for a name can mean to ask another machine: each is asked for once. */
struct user {
	uint64_t uid;
	char *name;
};

/* The users of a captured tree are another machine's: they have numbers only. */
static const char *user_name(uint64_t uid)
{
	static struct user *users;
	static size_t nr;
	struct passwd *entry;
	size_t i;

	for (i = 0; i < nr; i++)
		if (users[i].uid == uid)
			return users[i].name;
	entry = numalens_file_is_live() ? getpwuid(uid) : NULL;
	users = numalens_realloc(users, nr + 1, sizeof(*users));
	users[nr].uid = uid;
	users[nr].name = entry ? numalens_strdup(entry->pw_name) : NULL;
	return users[nr++].name;
}

static void user_take(struct numalens_identity *identity, const char *status)
{
	static const char key[] = "\nUid:\t";
	const char *at = strstr(status, key), *name;
	uint64_t uid;

	if (!at)
		return;
	at += sizeof(key) - 1;
	identity->uid = numalens_strf("%.*s", (int)strcspn(at, "\t\n"), at);
	name = numalens_number_parse_decimal(identity->uid, &uid) ? NULL : user_name(uid);
	identity->user = numalens_strdup(name ? name : identity->uid);
}

/* The unified hierarchy's line is "0::PATH"; where there is none, the first one counts. */
static void cgroup_take(struct numalens_identity *identity, const char *text)
{
	const char *at = strstr(text, "0::"), *path;

	if (!at || (at != text && at[-1] != '\n'))
		at = text;
	path = strchr(at, '/');
	if (path)
		identity->cgroup = numalens_strf("%.*s", (int)strcspn(path, "\n"), path);
}

/**
 * numalens_identity_read() - find out who a process is
 * @identity: gets what is known; numalens_identity_free() it
 * @pid: its pid
 */
void numalens_identity_read(struct numalens_identity *identity, unsigned int pid)
{
	struct numalens_dir dir;
	char *text;

	memset(identity, 0, sizeof(*identity));
	numalens_dir_set(&dir, "proc/%u", pid);
	numalens_dir_read(&dir, "comm", &identity->comm);
	numalens_dir_read(&dir, "cmdline", &identity->command);
	if (!numalens_dir_read(&dir, "status", &text))
		user_take(identity, text);
	free(text);
	if (!numalens_dir_read(&dir, "cgroup", &text))
		cgroup_take(identity, text);
	free(text);
}

/**
 * numalens_identity_is_ours() - do we descend from a process, or are we it?
 * @pid: its pid
 *
 * The sudo that runs us has on its command line what is looked for, too: what we
 * descend from is never what is meant.
 *
 * Return: true if so; never of a captured tree.
 */
bool numalens_identity_is_ours(unsigned int pid)
{
	unsigned int at = numalens_file_is_live() ? getpid() : 0, steps;
	struct numalens_dir dir;
	char *text, *ppid;

	for (steps = 0; at && steps < 64; steps++) {
		if (at == pid)
			return true;
		numalens_dir_set(&dir, "proc/%u", at);
		if (numalens_dir_read(&dir, "status", &text))
			return false;
		ppid = strstr(text, "\nPPid:");
		at = ppid ? strtoul(ppid + 6, NULL, 10) : 0;
		free(text);
	}
	return false;
}

/**
 * numalens_identity_free() - end what numalens_identity_read() gave
 * @identity: who it is
 */
void numalens_identity_free(struct numalens_identity *identity)
{
	free(identity->comm);
	free(identity->command);
	free(identity->uid);
	free(identity->user);
	free(identity->cgroup);
	memset(identity, 0, sizeof(*identity));
}
