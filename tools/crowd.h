/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CROWD_H
#define NUMALENS_CROWD_H

#include <stdbool.h>
#include <sys/types.h>

struct numalens_actor;
struct numalens_lab;

#define NUMALENS_CROWD_MAX	256
#define NUMALENS_CROWD_FREE	-1

/**
 * struct numalens_crowd_board - what a crowd and we both see
 * @pids: its processes
 * @first_cpus: CPU + 1 on which each began; 0: it has not begun yet
 * @cpus: CPU that each was on when it last looked
 * @calm: they are to be busy no more
 */
struct numalens_crowd_board {
	pid_t pids[NUMALENS_CROWD_MAX];
	int first_cpus[NUMALENS_CROWD_MAX];
	int cpus[NUMALENS_CROWD_MAX];
	int calm;
};

/**
 * struct numalens_crowd - processes that an actor forks, to keep CPUs busy
 * @actor: their parent
 * @board: shared with them
 * @nr: their count
 */
struct numalens_crowd {
	struct numalens_actor *actor;
	struct numalens_crowd_board *board;
	unsigned int nr;
};

int numalens_crowd_open(struct numalens_crowd *crowd, struct numalens_lab *lab);
int numalens_crowd_start(struct numalens_crowd *crowd, unsigned int nr, bool naps, const int *cpus);
void numalens_crowd_calm(struct numalens_crowd *crowd);
int numalens_crowd_stop(struct numalens_crowd *crowd);
void numalens_crowd_close(struct numalens_crowd *crowd);

#endif /* NUMALENS_CROWD_H */
