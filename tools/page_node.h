/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_NODE_H
#define NUMALENS_PAGE_NODE_H

#include <stddef.h>
#include <stdio.h>

struct json_object;

/* As many as the kernel can have. */
#define NUMALENS_PAGE_MAX_NODES	1024

/**
 * struct numalens_page_nodes - what columns of numbers are of
 * @nr: number of nodes
 * @nids: their ids, in the order of the columns
 */
struct numalens_page_nodes {
	size_t nr;
	unsigned int nids[NUMALENS_PAGE_MAX_NODES];
};

void numalens_page_nodes_read(struct numalens_page_nodes *nodes, struct json_object *object);
void numalens_page_node(FILE *out, unsigned int nid);
void numalens_page_node_heads(FILE *out, const struct numalens_page_nodes *nodes);
void numalens_page_node_bar(FILE *out, const struct numalens_page_nodes *nodes,
			    struct json_object *values);
double numalens_page_node_sum(const struct numalens_page_nodes *nodes, struct json_object *values);

#endif /* NUMALENS_PAGE_NODE_H */
