/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_WAKEUP_H
#define NUMALENS_WAKEUP_H

#include <stdbool.h>

struct numalens_actor;

#define NUMALENS_WAKEUP_ROUNDS	100

/**
 * struct numalens_wakeup - one thread wakes another, over and over
 * @roams: before each sleep it is brought to its node, and let go; else it is tied to it
 * @nid: its node
 * @waker_nid: that of the thread which wakes it
 * @brought: how often it woke on @waker_nid, of those when it slept on @nid
 * @slept: how often it slept on @nid
 */
struct numalens_wakeup {
	bool roams;
	unsigned int nid;
	unsigned int waker_nid;
	unsigned int brought;
	unsigned int slept;
};

int numalens_wakeup_run(struct numalens_wakeup *wakeup, struct numalens_actor *actor);

#endif /* NUMALENS_WAKEUP_H */
