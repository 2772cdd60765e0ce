// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes on a page: a name and a colour, and bars of how much is on which.
 */
#include "page_node.h"

#include <json-c/json.h>

#include "field.h"
#include "paint.h"

/**
 * numalens_page_nodes_read() - find out of which nodes an object's numbers are
 * @nodes: gets them
 * @object: object with "nids"
 */
void numalens_page_nodes_read(struct numalens_page_nodes *nodes, struct json_object *object)
{
	struct json_object *nids = numalens_field_list(object, "nids");
	size_t i;

	nodes->nr = numalens_field_nr(nids);
	if (nodes->nr > NUMALENS_PAGE_MAX_NODES)
		nodes->nr = NUMALENS_PAGE_MAX_NODES;
	for (i = 0; i < nodes->nr; i++)
		if (!numalens_field_id(numalens_field_at(nids, i), &nodes->nids[i]))
			nodes->nids[i] = i;
}

/**
 * numalens_page_node() - write the name of a node
 * @out: page
 * @nid: node
 */
void numalens_page_node(FILE *out, unsigned int nid)
{
	fprintf(out, "<span class=\"node n%u\">node&#160;%u</span>",
		nid % NUMALENS_PAINT_NODES, nid);
}

/**
 * numalens_page_node_heads() - write the heads of columns, one for each node
 * @out: page
 * @nodes: nodes
 */
void numalens_page_node_heads(FILE *out, const struct numalens_page_nodes *nodes)
{
	size_t i;

	for (i = 0; i < nodes->nr; i++) {
		fputs("<th class=\"num\">", out);
		numalens_page_node(out, nodes->nids[i]);
		fputs("</th>", out);
	}
}

/**
 * numalens_page_node_sum() - sum of values
 * @nodes: nodes
 * @values: a value for each
 *
 * Return: the sum.
 */
double numalens_page_node_sum(const struct numalens_page_nodes *nodes, struct json_object *values)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < nodes->nr; i++)
		sum += numalens_field_count(numalens_field_at(values, i));
	return sum;
}

/**
 * numalens_page_node_bar() - draw how much is on which node
 * @out: page
 * @nodes: nodes
 * @values: a value for each
 */
void numalens_page_node_bar(FILE *out, const struct numalens_page_nodes *nodes,
			    struct json_object *values)
{
	double sum = numalens_page_node_sum(nodes, values);
	size_t i;

	fputs("<span class=\"bar\">", out);
	for (i = 0; i < nodes->nr && sum > 0; i++) {
		double value = numalens_field_count(numalens_field_at(values, i));

		if (value > 0)
			fprintf(out, "<i class=\"n%u\" style=\"width:%.2f%%\"></i>",
				nodes->nids[i] % NUMALENS_PAINT_NODES, value / sum * 100);
	}
	fputs("</span>", out);
}
