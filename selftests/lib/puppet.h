/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process whose threads do what the test tells them, and sleep otherwise.
 * What they do is a function of the test program: a fork has it at the same
 * address. Addresses are passed as numbers.
 */
#ifndef SELFTESTS_PUPPET_H
#define SELFTESTS_PUPPET_H

#include <stdint.h>
#include <sys/types.h>

#define PUPPET_MAX	16
/* the name of every thread */
#define PUPPET_COMM	"lens-puppet"
/* the node of a thread that may run anywhere */
#define PUPPET_ANYWHERE	(-1)

struct puppet;

/** typedef puppet_act - what a thread is told to do */
typedef long (*puppet_act)(long a, long b, long c);

/**
 * puppet_start - fork the process
 * @nids: node that each thread is pinned to
 * @nr: threads; the leader is one more, sleeps, and is pinned as the first
 *
 * Return: it, with its threads asleep; NULL on failure.
 */
struct puppet *puppet_start(const int *nids, int nr);

/** puppet_pid - process id */
pid_t puppet_pid(const struct puppet *puppet);

/** puppet_tid - id of the i-th thread */
pid_t puppet_tid(const struct puppet *puppet, int i);

/** puppet_begin - let the i-th thread act, and go on */
void puppet_begin(struct puppet *puppet, int i, puppet_act act, long a, long b,
		  long c);

/** puppet_wait - until the i-th thread has acted; what it returned */
long puppet_wait(struct puppet *puppet, int i);

/** puppet_do - puppet_begin() and puppet_wait() */
long puppet_do(struct puppet *puppet, int i, puppet_act act, long a, long b,
	       long c);

/** puppet_result - what the i-th thread returned last */
long puppet_result(const struct puppet *puppet, int i);

/** puppet_stopped - true from puppet_stop() on, for acts without an end */
int puppet_stopped(void);

/** puppet_stop - tell acts without an end to come to it; wait for all */
void puppet_stop(struct puppet *puppet);

/** puppet_quiet - wait until every thread sleeps */
void puppet_quiet(struct puppet *puppet);

/** puppet_allow - let a thread run on a node, or PUPPET_ANYWHERE; 0, or -errno */
int puppet_allow(pid_t tid, int nid);

/** puppet_end - kill it, and forget it */
void puppet_end(struct puppet *puppet);

/* --- acts ----------------------------------------------------------------- */

/** do_map - @a pages of anonymous memory of base pages, of THP if @b; address */
long do_map(long a, long b, long c);

/** do_place - do_map(), touched, on node @c, where it need not stay; or -errno */
long do_place(long a, long b, long c);

/** do_touch - write to each of @b pages from address @a on; 0 */
long do_touch(long a, long b, long c);

/** do_bind - bind @b pages at @a to nodes @c (bits) and sample them; 0, -errno */
long do_bind(long a, long b, long c);

/** do_unmap - munmap() @b pages from address @a on; 0, or -errno */
long do_unmap(long a, long b, long c);

/** do_sweep - write to @b pages from @a on, over and over, to puppet_stop(); 0 */
long do_sweep(long a, long b, long c);

/** do_pin - run on node @a only, or PUPPET_ANYWHERE; 0, or -errno */
long do_pin(long a, long b, long c);

#endif
