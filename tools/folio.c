// SPDX-License-Identifier: GPL-2.0
/*
 * How large the folios are that the pages of a process belong to, where it was
 * asked for (folio_orders).
 */
#include "folio.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "snapshot.h"

#define KIB	1024
#define MIB	(1024 * KIB)

static uint64_t size_of(const struct numalens_snapshot *snapshot, uint32_t order)
{
	return (uint64_t)snapshot->header.page_size << order;
}

static uint64_t sum_of(const struct numalens_snapshot *snapshot, uint32_t order)
{
	uint64_t sum = 0;
	size_t node;

	for (node = 0; node < snapshot->header.nr_nodes; node++)
		sum += numalens_snapshot_order(snapshot, order, node);
	return sum;
}

static void row_add(struct numalens_table *table, const struct numalens_snapshot *snapshot,
		    uint32_t order)
{
	uint64_t size = size_of(snapshot, order);
	char *label = numalens_strf("%" PRIu64 "%c folios", size / (size < MIB ? KIB : MIB),
				    size < MIB ? 'K' : 'M');
	size_t node;

	numalens_table_row_add(table);
	numalens_table_text_set(table, 0, label);
	for (node = 0; node < snapshot->header.nr_nodes; node++)
		numalens_table_set(table, 1, node, NUMALENS_VALUE_PAGES,
				   numalens_snapshot_order(snapshot, order, node));
	numalens_table_set(table, 2, 0, NUMALENS_VALUE_PAGES, sum_of(snapshot, order));
	free(label);
}

/**
 * numalens_folio_rows_add() - show sizes of folios to people
 * @table: label, a column for each node, total; gets a row for each size above that of a
 *	page that there is
 * @snapshot: snapshot
 */
void numalens_folio_rows_add(struct numalens_table *table,
			     const struct numalens_snapshot *snapshot)
{
	uint32_t order;

	for (order = 1; order < snapshot->header.nr_orders; order++)
		if (sum_of(snapshot, order))
			row_add(table, snapshot, order);
}

/**
 * numalens_folio_json() - show sizes of folios to programs
 * @snapshot: snapshot
 *
 * Return: an array of all sizes, also those that no page has; NULL, which is JSON's null, if
 *	they were not asked for.
 */
struct json_object *numalens_folio_json(const struct numalens_snapshot *snapshot)
{
	struct json_object *array, *object, *pages;
	uint32_t order;
	size_t node;

	if (!snapshot->header.nr_orders)
		return NULL;
	array = json_object_new_array();
	for (order = 0; order < snapshot->header.nr_orders; order++) {
		object = json_object_new_object();
		pages = json_object_new_array();
		for (node = 0; node < snapshot->header.nr_nodes; node++)
			json_object_array_add(pages, json_object_new_uint64(
					      numalens_snapshot_order(snapshot, order, node)));
		json_object_object_add(object, "order", json_object_new_uint64(order));
		json_object_object_add(object, "size_bytes",
				       json_object_new_uint64(size_of(snapshot, order)));
		json_object_object_add(object, "pages", pages);
		json_object_array_add(array, object);
	}
	return array;
}
