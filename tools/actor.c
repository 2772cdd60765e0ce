// SPDX-License-Identifier: GPL-2.0
/*
 * The processes of experiments: forked from us, watched before their first
 * step, and then told what to do, thread by thread, by function and context.
 *
 * They die with us, whatever ends us, and their watch ends with the
 * experiment (undo.c).
 */
#include "actor.h"

#include <errno.h>
#include <numa.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "lab.h"
#include "reader.h"
#include "undo.h"

#define STACK	(256 << 10)

/* What goes to a thread of an actor, the context behind it. */
struct request {
	numalens_step step;
	size_t size;
};

static struct numalens_actor *actors;

/* In the actor: who we are. */
static struct numalens_actor *self;
static __thread unsigned int self_thread;
static int theirs[NUMALENS_ACTOR_THREADS];

/**
 * numalens_actor_go_on() - in the actor: is the step of this thread to go on?
 *
 * Return: false once numalens_actor_halt() was called.
 */
bool numalens_actor_go_on(void)
{
	return !__atomic_load_n(&self->board->stop[self_thread], __ATOMIC_RELAXED);
}

/**
 * numalens_actor_round() - in the actor: this thread has done a round more
 */
void numalens_actor_round(void)
{
	__atomic_fetch_add(&self->board->rounds[self_thread], 1, __ATOMIC_RELAXED);
}

/*
 * Sends or receives a head and a context, whole. Return: 0 or an errno; EPIPE
 * when there is nobody on the other side.
 */
static int pass(int fd, bool out, void *head, size_t head_size, void *context, size_t size)
{
	struct iovec parts[2] = { { head, head_size }, { context, size } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t done;

	do
		done = out ? sendmsg(fd, &message, MSG_NOSIGNAL) : recvmsg(fd, &message, 0);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		return errno;
	return (size_t)done >= head_size ? 0 : EPIPE;
}

static void *serve(void *number)
{
	char context[NUMALENS_ACTOR_CONTEXT] __attribute__((aligned(16)));
	struct request request;
	char name[32];
	int fd, err;

	self_thread = (uintptr_t)number;
	fd = theirs[self_thread];
	snprintf(name, sizeof(name), "%s/%u", self->name, self_thread);
	if (self_thread)
		prctl(PR_SET_NAME, name);
	__atomic_store_n(&self->board->tids[self_thread], gettid(), __ATOMIC_RELEASE);
	while (!pass(fd, false, &request, sizeof(request), context, sizeof(context))) {
		err = request.step(context);
		if (pass(fd, true, &err, sizeof(err), context, request.size))
			break;
	}
	return NULL;
}

/* Does not return. */
static void act(pid_t parent)
{
	pthread_attr_t attr;
	pthread_t thread;
	uintptr_t i;
	char go;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	numalens_undo_forget();
	if (self->lab->lock > 0)
		close(self->lab->lock);
	prctl(PR_SET_NAME, self->name);
	/* Until we are watched, nothing that counts may be done. */
	if (recv(theirs[0], &go, 1, 0) != 1)
		_exit(1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (i = 1; i < self->nr_threads; i++)
		if (pthread_create(&thread, &attr, serve, (void *)i))
			_exit(1);
	serve((void *)0);
	_exit(0);
}

static int sockets_open(struct numalens_actor *actor)
{
	int pair[2];
	unsigned int i;

	for (i = 0; i < actor->nr_threads; i++) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
			return errno;
		actor->sockets[i] = pair[0];
		theirs[i] = pair[1];
	}
	return 0;
}

static void sockets_close(int *sockets)
{
	unsigned int i;

	for (i = 0; i < NUMALENS_ACTOR_THREADS; i++) {
		if (sockets[i] > 0)
			close(sockets[i]);
		sockets[i] = 0;
	}
}

static int watch(struct numalens_actor *actor)
{
	char *pid = numalens_strf("%d", (int)actor->pid);
	struct numalens_dir dir;
	int err, ret = NUMALENS_OK;

	/* A signal that comes while we watch finds it planned; to unwatch too much does no harm. */
	actor->unwatch = numalens_undo_add(NUMALENS_ROOT, "unwatch", pid);
	err = -numalens_reader_watch(pid);
	if (err) {
		numalens_undo_drop(actor->unwatch);
		actor->unwatch = -1;
		ret = numalens_lab_fail(actor->lab, "the workload can't be watched: %s",
					strerror(err));
	} else {
		numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%s", pid);
		err = -numalens_dir_write(&dir, "events", "on");
		if (err)
			ret = numalens_lab_fail(actor->lab, "events of the workload can't be "
						"counted: %s", strerror(err));
	}
	free(pid);
	return ret;
}

static bool is_gone(const struct numalens_actor *actor)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, actor->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

/* All threads are there when each has written its id. */
static int let_go(struct numalens_actor *actor)
{
	unsigned int i;

	if (send(actor->sockets[0], "", 1, MSG_NOSIGNAL) != 1)
		return numalens_lab_fail(actor->lab, "the workload %s is gone", actor->name);
	for (i = 0; i < actor->nr_threads; i++) {
		while (!__atomic_load_n(&actor->board->tids[i], __ATOMIC_ACQUIRE)) {
			if (is_gone(actor))
				return numalens_lab_fail(actor->lab, "the workload %s can't start "
							 "its threads", actor->name);
			usleep(1000);
		}
	}
	return NUMALENS_OK;
}

static int start(struct numalens_actor *actor)
{
	pid_t parent = getpid();
	int err;

	actor->board = mmap(NULL, sizeof(*actor->board), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	err = actor->board == MAP_FAILED ? errno : sockets_open(actor);
	if (!err) {
		actor->pid = fork();
		err = actor->pid < 0 ? errno : 0;
	}
	if (!err && !actor->pid) {
		self = actor;
		sockets_close(actor->sockets);
		act(parent);
	}
	sockets_close(theirs);
	if (err)
		return numalens_lab_fail(actor->lab, "no workload can be started: %s",
					 strerror(err));
	err = watch(actor);
	return err ? err : let_go(actor);
}

/**
 * numalens_actor_start() - start a process, watched with events on
 * @lab: the experiment's; gets the reason if it fails
 * @name: what it is called, up to 15 characters
 * @nr_threads: its threads; the first is its leader
 *
 * It waits for what it is to do. Experiments need not stop it.
 *
 * Return: the actor, or NULL.
 */
struct numalens_actor *numalens_actor_start(struct numalens_lab *lab, const char *name,
					    unsigned int nr_threads)
{
	struct numalens_actor *actor = numalens_alloc(1, sizeof(*actor));

	actor->lab = lab;
	actor->name = numalens_strdup(name);
	actor->nr_threads = nr_threads;
	actor->unwatch = -1;
	actor->next = actors;
	actors = actor;
	if (!start(actor))
		return actor;
	numalens_actor_stop(actor);
	return NULL;
}

/**
 * numalens_actor_stop() - end an actor, and its watch
 * @actor: actor; it is freed
 */
void numalens_actor_stop(struct numalens_actor *actor)
{
	struct numalens_actor **at;

	if (actor->unwatch >= 0)
		numalens_undo_run(actor->unwatch);
	if (actor->pid > 0) {
		kill(actor->pid, SIGKILL);
		while (waitpid(actor->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	for (at = &actors; *at != actor; at = &(*at)->next)
		;
	*at = actor->next;
	sockets_close(actor->sockets);
	if (actor->board && actor->board != MAP_FAILED)
		munmap(actor->board, sizeof(*actor->board));
	free(actor->name);
	free(actor);
}

/**
 * numalens_actor_stop_all() - end all actors that have been left
 */
void numalens_actor_stop_all(void)
{
	while (actors)
		numalens_actor_stop(actors);
}

/**
 * numalens_actor_introduce() - tell the user which processes he may look at
 * @phase: what has been done
 */
void numalens_actor_introduce(const char *phase)
{
	char *names = numalens_strdup("");
	const struct numalens_actor *actor;

	for (actor = actors; actor; actor = actor->next)
		numalens_append(&names, "%s%s (pid %d)", *names ? ", " : "", actor->name,
				(int)actor->pid);
	numalens_note("end of \"%s\", held: %s; Enter goes on", phase, *names ? names : "no process");
	free(names);
}

/**
 * numalens_actor_begin() - let a thread begin with something
 * @actor: actor
 * @thread: which of its threads; it does nothing now
 * @what: for messages: "touch its memory"
 * @step: what it does
 * @context: with what; copied
 * @size: bytes of @context, up to NUMALENS_ACTOR_CONTEXT
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_actor_begin(struct numalens_actor *actor, unsigned int thread, const char *what,
			 numalens_step step, const void *context, size_t size)
{
	struct request request = { step, size };
	int err;

	actor->board->stop[thread] = 0;
	err = pass(actor->sockets[thread], true, &request, sizeof(request), (void *)context, size);
	if (err)
		return numalens_lab_fail(actor->lab, "the workload %s can't %s: it is gone",
					 actor->name, what);
	return NUMALENS_OK;
}

/**
 * numalens_actor_end() - wait until a thread has done what it began with
 * @actor: actor
 * @thread: which of its threads
 * @what: as for numalens_actor_begin()
 * @context: gets what the context has become
 * @size: as for numalens_actor_begin()
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_actor_end(struct numalens_actor *actor, unsigned int thread, const char *what,
		       void *context, size_t size)
{
	int err;

	if (pass(actor->sockets[thread], false, &err, sizeof(err), context, size))
		return numalens_lab_fail(actor->lab, "the workload %s did not %s: it is gone",
					 actor->name, what);
	if (err)
		return numalens_lab_fail(actor->lab, "the workload %s can't %s: %s", actor->name,
					 what, strerror(err));
	return NUMALENS_OK;
}

/**
 * numalens_actor_do() - let a thread do something, and wait for it
 * @actor: actor
 * @thread: which of its threads
 * @what: for messages: "touch its memory"
 * @step: what it does
 * @context: with what; gets what it has become
 * @size: bytes of @context, up to NUMALENS_ACTOR_CONTEXT
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_actor_do(struct numalens_actor *actor, unsigned int thread, const char *what,
		      numalens_step step, void *context, size_t size)
{
	int ret = numalens_actor_begin(actor, thread, what, step, context, size);

	return ret ? ret : numalens_actor_end(actor, thread, what, context, size);
}

/**
 * numalens_actor_halt() - tell a thread to end what it does; numalens_actor_end() waits
 * @actor: actor
 * @thread: which of its threads
 */
void numalens_actor_halt(struct numalens_actor *actor, unsigned int thread)
{
	__atomic_store_n(&actor->board->stop[thread], 1, __ATOMIC_RELAXED);
}

/**
 * numalens_actor_rounds() - how often a thread has called numalens_actor_round()
 * @actor: actor
 * @thread: which of its threads
 *
 * Return: the count, of all that it did.
 */
uint64_t numalens_actor_rounds(const struct numalens_actor *actor, unsigned int thread)
{
	return __atomic_load_n(&actor->board->rounds[thread], __ATOMIC_RELAXED);
}

static int run_on(void *context)
{
	return numa_run_on_node(*(int *)context) ? errno : 0;
}

/**
 * numalens_actor_run_on() - let a thread run on the CPUs of a node only
 * @actor: actor
 * @thread: which of its threads
 * @nid: the node
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_actor_run_on(struct numalens_actor *actor, unsigned int thread, unsigned int nid)
{
	int node = nid;

	return numalens_actor_do(actor, thread, "run on the CPUs of a node", run_on, &node,
				 sizeof(node));
}

/**
 * numalens_actor_look() - have an actor scanned, and read what the module knows of it
 * @actor: actor
 * @process: gets it; numalens_reader_process_free() it, whatever is returned
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_actor_look(struct numalens_actor *actor, struct numalens_process *process)
{
	if (!numalens_reader_process(process, actor->pid, NUMALENS_SCAN_ALWAYS))
		return NUMALENS_OK;
	return numalens_lab_fail(actor->lab, "the workload %s can't be read", actor->name);
}
