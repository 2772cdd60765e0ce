/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_ACTOR_H
#define NUMALENS_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct numalens_lab;
struct numalens_process;

#define NUMALENS_ACTOR_THREADS	16
#define NUMALENS_ACTOR_CONTEXT	4096

/**
 * struct numalens_actor_board - what an actor and we both see
 * @stop: what each thread does is to end
 * @rounds: what each thread has done, in whatever it counts
 * @tids: thread ids
 */
struct numalens_actor_board {
	int stop[NUMALENS_ACTOR_THREADS];
	uint64_t rounds[NUMALENS_ACTOR_THREADS];
	pid_t tids[NUMALENS_ACTOR_THREADS];
};

/**
 * struct numalens_actor - a process that does what an experiment asks for
 * @lab: the experiment's
 * @next: another one
 * @name: what it is called
 * @pid: its pid
 * @nr_threads: its threads; the first is its leader
 * @sockets: to each of them
 * @board: shared with it
 * @unwatch: the end of its watch, for numalens_undo_run()
 */
struct numalens_actor {
	struct numalens_lab *lab;
	struct numalens_actor *next;
	char *name;
	pid_t pid;
	unsigned int nr_threads;
	int sockets[NUMALENS_ACTOR_THREADS];
	struct numalens_actor_board *board;
	int unwatch;
};

/*
 * Something that a thread of an actor does, with a copy of the context that it
 * was asked with; what that becomes is copied back. Returns 0 or an errno,
 * which ends the experiment.
 */
typedef int (*numalens_step)(void *context);

struct numalens_actor *numalens_actor_start(struct numalens_lab *lab, const char *name,
					    unsigned int nr_threads);
void numalens_actor_stop(struct numalens_actor *actor);
void numalens_actor_stop_all(void);
void numalens_actor_introduce(const char *phase);
int numalens_actor_do(struct numalens_actor *actor, unsigned int thread, const char *what,
		      numalens_step step, void *context, size_t size);
int numalens_actor_begin(struct numalens_actor *actor, unsigned int thread, const char *what,
			 numalens_step step, const void *context, size_t size);
int numalens_actor_end(struct numalens_actor *actor, unsigned int thread, const char *what,
		       void *context, size_t size);
void numalens_actor_halt(struct numalens_actor *actor, unsigned int thread);
uint64_t numalens_actor_rounds(const struct numalens_actor *actor, unsigned int thread);
int numalens_actor_run_on(struct numalens_actor *actor, unsigned int thread, unsigned int nid);
int numalens_actor_look(struct numalens_actor *actor, struct numalens_process *process);

/* For steps: in the actor. */
bool numalens_actor_go_on(void);
void numalens_actor_round(void);

#endif /* NUMALENS_ACTOR_H */
