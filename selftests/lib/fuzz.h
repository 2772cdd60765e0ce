/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processes of the fuzzer do. Each decides by chance.h, which the caller seeds;
 * each call is a step, and returns soon.
 */
#ifndef SELFTESTS_FUZZ_H
#define SELFTESTS_FUZZ_H

#include <stdbool.h>
#include <sys/types.h>

#define FUZZ_POOL	16

/** enum fuzz_feat - what has come off: were it all refused, it would show nothing */
enum fuzz_feat {
	FUZZ_STEPS,
	FUZZ_OPENED,
	FUZZ_READ,
	FUZZ_WRITTEN,
	FUZZ_WATCHED,
	FUZZ_UNWATCHED,
	FUZZ_CPUS,
	FUZZ_BLOCKS,
	FUZZ_RELOADS,
	NR_FUZZ_FEATS,
};

/**
 * struct fuzz - in memory that all share
 * @stop: all are to end
 * @feats: what has come off, how often
 * @pool: processes that can be watched, 0: none
 */
struct fuzz {
	int stop;
	unsigned long feats[NR_FUZZ_FEATS];
	pid_t pool[FUZZ_POOL];
};

/** fuzz_count - one of them has come off, if it has */
static inline void fuzz_count(struct fuzz *fuzz, enum fuzz_feat feat, bool done)
{
	if (done)
		__atomic_add_fetch(&fuzz->feats[feat], 1, __ATOMIC_RELAXED);
}

/** fuzz_pid - a process of the pool, or one that can't be watched; never our kin */
pid_t fuzz_pid(const struct fuzz *fuzz);

/** fuzz_file - open, read, write, poke or close some file of the module's */
void fuzz_file(struct fuzz *fuzz);

/** fuzz_watch - watch or unwatch somebody */
void fuzz_watch(struct fuzz *fuzz);

/** fuzz_live - map, touch, move, split, give back memory; make threads and children */
void fuzz_live(void);

/** fuzz_disturb - move, stop or kill one of the pool, or what all have in common */
void fuzz_disturb(const struct fuzz *fuzz);

/** fuzz_plug - take a CPU or a block of memory away, or bring one back */
void fuzz_plug(struct fuzz *fuzz);

/** fuzz_unplug_none - bring all of them back */
void fuzz_unplug_none(void);

#endif
