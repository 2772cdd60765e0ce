// SPDX-License-Identifier: GPL-2.0
/*
 * Threads over nodes: where each is, and how long it ran where.
 */
#include "page_thread.h"

#include <stdbool.h>

#include <json-c/json.h>

#include "field.h"
#include "html.h"
#include "page_node.h"

#define NS_PER_S	1e9

static void row(FILE *out, const struct numalens_page_nodes *nodes, struct json_object *thread)
{
	struct json_object *time = numalens_field_list(thread, "time_ns");
	unsigned int nid;
	size_t i;

	fputs("<tr><td>", out);
	numalens_html_value(out, numalens_field_member(thread, "tid"));
	fputs("</td><td class=\"text\">", out);
	numalens_html_text(out, numalens_field_text(thread, "comm"));
	fputs("</td><td class=\"text\">", out);
	if (numalens_field_id(numalens_field_member(thread, "nid"), &nid))
		numalens_page_node(out, nid);
	fputs("</td><td>", out);
	numalens_page_node_bar(out, nodes, time);
	fputs("</td>", out);
	for (i = 0; i < nodes->nr; i++)
		fprintf(out, "<td>%.2f&#160;s</td>",
			numalens_field_count(numalens_field_at(time, i)) / NS_PER_S);
	fputs("</tr>\n", out);
}

/**
 * numalens_page_threads() - write threads
 * @out: page
 * @threads: threads of a record
 */
void numalens_page_threads(FILE *out, struct json_object *threads)
{
	struct json_object *list = numalens_field_list(threads, "threads");
	struct numalens_page_nodes nodes;
	size_t i;

	numalens_page_nodes_read(&nodes, threads);
	numalens_html_figure(out, "threads", numalens_field_text(threads, "title"), "");
	fputs("<div class=\"scroll\"><table><tr><th class=\"num\">thread</th>"
	      "<th>name</th><th>is on</th><th>ran on</th>", out);
	numalens_page_node_heads(out, &nodes);
	fputs("</tr>\n", out);
	for (i = 0; i < numalens_field_nr(list); i++)
		row(out, &nodes, numalens_field_at(list, i));
	fputs("</table></div></figure>\n", out);
}
