/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_EVENT_H
#define NUMALENS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"

struct json_object;

/* A set of events: one bit for each. */
#define NUMALENS_EVENT(event)		(1ULL << (event))
#define NUMALENS_EVENTS(first, last)	\
	((NUMALENS_EVENT(last) << 1) - NUMALENS_EVENT(first))

/* What the contract calls the matrix of first touches: page-cache pages are apart. */
#define NUMALENS_EVENTS_TOUCH		\
	(NUMALENS_EVENTS(NUMALENS_TOUCH_ANON, NUMALENS_TOUCH_COW) & \
	 ~NUMALENS_EVENT(NUMALENS_TOUCH_FILE))
#define NUMALENS_EVENTS_MIGRATE		\
	NUMALENS_EVENTS(NUMALENS_MIGRATE_COMPACTION, NUMALENS_MIGRATE_OTHER)
#define NUMALENS_EVENTS_FAILED		\
	NUMALENS_EVENTS(NUMALENS_FAILED_COMPACTION, NUMALENS_FAILED_OTHER)
#define NUMALENS_EVENTS_MOVE		\
	NUMALENS_EVENTS(NUMALENS_MOVE_NUMA_MOVE, NUMALENS_MOVE_LOAD_BALANCE)
#define NUMALENS_EVENTS_SKIP		\
	NUMALENS_EVENTS(NUMALENS_SKIP_UNSUITABLE, NUMALENS_SKIP_SEQ_COMPLETED)
/* The event that counts the failures of a migration's reason. */
#define NUMALENS_FAILED_OF(event)	\
	((event) - NUMALENS_MIGRATE_COMPACTION + NUMALENS_FAILED_COMPACTION)

/**
 * struct numalens_event_name - how an event is called
 * @event: which
 * @name: the module's name of it
 * @words: who did it, for a sentence
 */
struct numalens_event_name {
	enum numalens_event event;
	const char *name;
	const char *words;
};

/**
 * struct numalens_event_names - events of one sort
 * @names: their names
 * @nr: their count
 */
struct numalens_event_names {
	const struct numalens_event_name *names;
	size_t nr;
};

extern const struct numalens_event_names numalens_event_touches;
extern const struct numalens_event_names numalens_event_reasons;
extern const struct numalens_event_names numalens_event_causes;
extern const struct numalens_event_names numalens_event_skips;

const struct numalens_event_name *numalens_event_reason(uint32_t event);
bool numalens_event_known(const struct numalens_snapshot *snapshot);
bool numalens_event_counted(const struct numalens_snapshot *snapshot);
char *numalens_event_since(const struct numalens_snapshot *snapshot);
uint64_t numalens_event_bp(uint64_t part, uint64_t whole);
void numalens_event_json(const struct numalens_snapshot *snapshot, struct json_object *object);

#endif /* NUMALENS_EVENT_H */
