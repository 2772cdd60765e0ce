// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's way into the reader of the module's snapshots, and what is shown
 * of one.
 */
#include <string.h>

#include <json-c/json.h>

#include "../alloc.h"
#include "../migration.h"
#include "../placement.h"
#include "../reader.h"
#include "../touch.h"
#include "../vma.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct numalens_process process = { .state = (char *)"running" };
	unsigned char *copy = numalens_alloc(size, 1);
	struct json_object *object;
	const char *why;

	if (size)
		memcpy(copy, data, size);
	if (numalens_snapshot_take(&process.snapshot, copy, size, &why))
		return 0;
	object = json_object_new_object();
	numalens_placement_print(&process);
	numalens_placement_json(&process, object);
	numalens_vma_print(&process.snapshot, 20);
	numalens_touch_print(&process.snapshot);
	numalens_touch_print_threads(&process.snapshot, 20);
	numalens_migration_print(&process.snapshot);
	numalens_migration_print_moves(&process.snapshot);
	json_object_put(numalens_vma_json(&process.snapshot, 0));
	json_object_put(object);
	numalens_snapshot_free(&process.snapshot);
	return 0;
}
