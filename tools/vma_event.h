/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_VMA_EVENT_H
#define NUMALENS_VMA_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "column.h"

struct json_object;
struct numalens_snapshot;

/**
 * struct numalens_vma_event - what is shown of each VMA
 * @events: NUMALENS_EVENT() of each that is counted
 * @what: what was done to it: "touched", "moved"
 * @head: head of the column of sums
 * @key: name of the sum in JSON
 * @type: what the numbers are
 */
struct numalens_vma_event {
	uint64_t events;
	const char *what;
	const char *head;
	const char *key;
	enum numalens_value type;
};

void numalens_vma_event_print(const struct numalens_vma_event *what,
			      const struct numalens_snapshot *snapshot, size_t top);
struct json_object *numalens_vma_event_json(const struct numalens_vma_event *what,
					    const struct numalens_snapshot *snapshot, size_t top);
uint64_t numalens_vma_event_sum(const struct numalens_snapshot *snapshot, uint64_t events);

#endif /* NUMALENS_VMA_EVENT_H */
