// SPDX-License-Identifier: GPL-2.0
/*
 * Guests of a real QEMU: an actor that becomes QEMU, so it is watched from
 * before its first instruction on, and ends with the experiment. QEMU talks QMP
 * with us on its stdin and stdout, and answers when the memory is there.
 */
#include "guest.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "error.h"
#include "lab.h"

#define LIMIT_S		300
#define MAX_ANSWER	65536
#define MAX_ERRORS	400
#define NOT_RUN		126

/* It is a copy of us that looks at this, so pointers hold. */
struct become {
	char **argv;
	int monitor;
	int errors;
};

/* Does not return. */
static int become_qemu(void *context)
{
	const struct become *become = context;

	/* On fragmented memory a huge page may come from another node than a small one would. */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (dup2(become->monitor, STDIN_FILENO) >= 0 && dup2(become->monitor, STDOUT_FILENO) >= 0 &&
	    dup2(become->errors, STDERR_FILENO) >= 0)
		execvp(become->argv[0], become->argv);
	dprintf(become->errors, "%s can't be run: %s\n", become->argv[0], strerror(errno));
	_exit(NOT_RUN);
}

/**
 * numalens_guest_has_qemu() - is there a QEMU?
 *
 * Return: true if it is found.
 */
bool numalens_guest_has_qemu(void)
{
	const char *path = getenv("PATH");
	char *copy = numalens_strdup(path ? path : "/usr/bin"), *rest = copy, *dir;
	bool has = false;

	while (!has && (dir = strsep(&rest, ":"))) {
		char *file = numalens_strf("%s/%s", dir, NUMALENS_GUEST_QEMU);

		has = !access(file, X_OK);
		free(file);
	}
	free(copy);
	return has;
}

/**
 * numalens_guest_start() - start QEMU
 * @guest: gets it; numalens_guest_leave() it, whatever is returned
 * @lab: the experiment's
 * @nid: its threads run on the CPUs of this node, but for those that go elsewhere
 * @argv: its command line; with "-qmp stdio"
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_guest_start(struct numalens_guest *guest, struct numalens_lab *lab, unsigned int nid,
			 char **argv)
{
	struct become become = { .argv = argv };
	int pair[2], ret;

	guest->actor = NULL;
	guest->monitor = -1;
	guest->errors = memfd_create("qemu-stderr", MFD_CLOEXEC);
	if (guest->errors < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return numalens_lab_fail(lab, "QEMU can't be started: %s", strerror(errno));
	guest->monitor = pair[0];
	guest->actor = numalens_actor_start(lab, "lab-qemu", 1);
	become.monitor = pair[1];
	become.errors = guest->errors;
	ret = guest->actor ? numalens_actor_run_on(guest->actor, 0, nid) : NUMALENS_FAILED;
	if (!ret)
		ret = numalens_actor_begin(guest->actor, 0, "become QEMU", become_qemu, &become,
					   sizeof(become));
	close(pair[1]);
	return ret;
}

static time_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static bool has_answered(const char *text)
{
	const char *first = strstr(text, "\"return\"");

	return first && strstr(first + 1, "\"return\"");
}

/**
 * numalens_guest_is_up() - wait until the guest is there, with its memory
 * @guest: guest
 *
 * Return: false if QEMU has ended.
 */
bool numalens_guest_is_up(struct numalens_guest *guest)
{
	static const char questions[] = "{\"execute\":\"qmp_capabilities\"}\n"
					"{\"execute\":\"query-status\"}\n";
	char *text = numalens_alloc(MAX_ANSWER, 1);
	struct pollfd poller = { .fd = guest->monitor, .events = POLLIN };
	time_t until = now_s() + LIMIT_S;
	size_t have = 0;
	ssize_t got = 1;
	bool up;

	if (send(guest->monitor, questions, strlen(questions), MSG_NOSIGNAL) < 0)
		got = -1;
	while (got > 0 && !has_answered(text) && have < MAX_ANSWER - 1 && now_s() < until) {
		if (poll(&poller, 1, 1000) <= 0)
			continue;
		got = recv(guest->monitor, text + have, MAX_ANSWER - 1 - have, 0);
		if (got > 0)
			have += got;
	}
	up = has_answered(text);
	free(text);
	return up;
}

/**
 * numalens_guest_errors() - what QEMU has complained of
 * @guest: guest
 *
 * Return: a text; free() it.
 */
char *numalens_guest_errors(const struct numalens_guest *guest)
{
	char *text = numalens_alloc(MAX_ERRORS + 1, 1);
	ssize_t got = pread(guest->errors, text, MAX_ERRORS, 0);

	while (got > 0 && text[got - 1] == '\n')
		text[--got] = '\0';
	if (got <= 0)
		strcpy(text, "it says nothing");
	return text;
}

/**
 * numalens_guest_leave() - talk no more with QEMU, and let it be
 * @guest: guest; its actor runs on
 */
void numalens_guest_leave(struct numalens_guest *guest)
{
	if (guest->monitor >= 0)
		close(guest->monitor);
	if (guest->errors >= 0)
		close(guest->errors);
}
