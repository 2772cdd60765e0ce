// SPDX-License-Identifier: GPL-2.0
/*
 * What stands above and below the tables of numalens top.
 */
#include "top_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "event.h"
#include "file.h"
#include "frame.h"
#include "top.h"
#include "top_order.h"

/* A cgroup's path is cut from the left, to what tells it from others. */
#define MIN_CGROUP	20

/**
 * numalens_top_text_rate() - write how often something happens in a second
 * @rate: how often
 *
 * Return: the text; free() it.
 */
char *numalens_top_text_rate(double rate)
{
	if (rate > 0 && rate < 0.05)
		return numalens_strdup("<0.1");
	return rate > 0 && rate < 9.95 ? numalens_strf("%.1f", rate) :
	       numalens_strf("%.0f", rate);
}

static size_t nr_exited(const struct numalens_top *top)
{
	size_t nr = 0, i;

	for (i = 0; i < top->nr_shown; i++)
		nr += top->shown[i]->exited;
	return nr;
}

/* The clock of a captured tree is not ours. */
static void clock_append(char **text)
{
	time_t now = time(NULL);
	char clock[16] = "";
	struct tm local;

	if (!numalens_file_is_live())
		return;
	if (localtime_r(&now, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	numalens_append(text, "; %s", clock);
}

/**
 * numalens_top_text_title() - say what is shown
 * @top: what there is
 *
 * Return: a line; free() it.
 */
char *numalens_top_text_title(const struct numalens_top *top)
{
	size_t exited = nr_exited(top);
	char *text = numalens_strf("numalens top: %zu process%s", top->nr_shown,
				   top->nr_shown == 1 ? "" : "es");

	if (exited)
		numalens_append(&text, ", %zu exited", exited);
	numalens_append(&text, ", by %s%s", numalens_top_order_words(top->order),
			top->reverse ? ", least first" : "");
	clock_append(&text);
	return text;
}

/**
 * numalens_top_text_process() - say which process is looked at
 * @process: process
 * @width: columns there are, 0 for as many as it takes
 *
 * Return: a line; free() it.
 */
char *numalens_top_text_process(const struct numalens_top_process *process, unsigned int width)
{
	const char *cgroup = process->identity.cgroup;
	char *comm = numalens_output_clean(process->now.comm), *clean, *cut;
	char *text = numalens_strf("%s (pid %u)%s", comm, process->pid,
				   process->exited ? ", exited" : "");
	unsigned int used;

	free(comm);
	if (process->identity.user)
		numalens_append(&text, ", user %s", process->identity.user);
	used = numalens_output_columns(text) + strlen(", cgroup ");
	if (!cgroup)
		return text;
	clean = numalens_output_clean(cgroup);
	if (width && used + MIN_CGROUP <= width)
		cut = numalens_output_cut(clean, width - used);
	else
		cut = numalens_strdup(clean);
	numalens_append(&text, ", cgroup %s", cut);
	free(cut);
	free(clean);
	return text;
}

/**
 * numalens_top_text_legend() - say what the columns are
 * @view: how it is looked at
 * @process: process that is looked at, if it is one
 *
 * Return: a line; free() it.
 */
char *numalens_top_text_legend(const struct numalens_top_view *view,
			       const struct numalens_top_process *process)
{
	char *text;

	switch (view->pane) {
	case NUMALENS_TOP_VMAS:
		text = numalens_strf("VMAs: %" PRIu32 ", most remote first, %s",
				     view->detail.header.nr_vmas, numalens_output_unit_name());
		break;
	case NUMALENS_TOP_THREADS:
		text = numalens_strf("threads: %" PRIu32 ", most CPU time (SEC) first; HINT-L, -R "
				     "hinting faults", view->detail.header.nr_threads);
		break;
	case NUMALENS_TOP_MATRICES:
		text = numalens_event_since(&process->now);
		break;
	default:
		return numalens_strf("%s; per second: HINT-L, -R hinting faults local, remote; "
				     "MIGR pages migrated", numalens_output_unit_name());
	}
	clock_append(&text);
	return text;
}

static void add(char **text, const char *more)
{
	if (more && *more)
		numalens_append(text, "%s%s", **text ? "; " : "", more);
}

static void refused_add(char **text, const struct numalens_top *top)
{
	char *more;

	if (!top->nr_refused)
		return;
	more = numalens_strf("%zu not watched: %s", top->nr_refused, top->refused == ENOSPC ?
			     "max_watched is reached, see /sys/kernel/numalens" :
			     strerror(top->refused));
	add(text, more);
	free(more);
}

/* In a captured tree there is hardly anything to do. */
static void cost_add(char **text, const struct numalens_top *top)
{
	char *more;

	if (!numalens_file_is_live())
		return;
	more = numalens_strf("every %g s, own CPU %u.%02u %%", top->delay_ms / 1000.0,
			     top->cost_bp / 100, top->cost_bp % 100);
	add(text, more);
	free(more);
}

/**
 * numalens_top_text_message() - say what the user has to know besides
 * @top: what there is
 * @view: how it is looked at
 * @part: which nodes are seen
 * @nr_nodes: how many there are
 *
 * Return: a line, perhaps empty; free() it.
 */
char *numalens_top_text_message(const struct numalens_top *top,
				const struct numalens_top_view *view,
				const struct numalens_sheet_part *part, size_t nr_nodes)
{
	char *text = numalens_strdup(""), *more;

	if (view->input) {
		numalens_append(&text, "filter: %s_", view->input);
		return text;
	}
	add(&text, view->paused ? "paused" : NULL);
	add(&text, view->note);
	if (top->filter.nr) {
		more = numalens_strf("filter: %s", top->filter.text);
		add(&text, more);
		free(more);
	}
	refused_add(&text, top);
	add(&text, top->note);
	if (part->nr_nodes < nr_nodes) {
		more = numalens_strf("%zu of %zu nodes%s", part->nr_nodes, nr_nodes,
				     view->height ? ": left, right" : " fit into the width");
		add(&text, more);
		free(more);
	}
	cost_add(&text, top);
	return text;
}

/**
 * numalens_top_text_keys() - say which keys there are
 * @pane: what is looked at
 *
 * Return: a line.
 */
const char *numalens_top_text_keys(enum numalens_top_pane pane)
{
	switch (pane) {
	case NUMALENS_TOP_PROCESSES:
		return "q quit  Enter look into  < > sort  r reverse  / filter  p pause  u unit  h help";
	case NUMALENS_TOP_HELP:
		return "any key goes back";
	default:
		return "q quit  Esc back  t threads  v VMAs  m matrices  p pause  u unit  h help";
	}
}

/**
 * numalens_top_text_help() - say what the keys do
 * @frame: gets the lines
 */
void numalens_top_text_help(struct numalens_frame *frame)
{
	static const char * const lines[] = {
		"up, down, PgUp, PgDn, Home, End   move among the rows",
		"left, right                       see other nodes, where not all fit",
		"Enter, t                          threads of the process under the cursor",
		"v                                 its VMAs",
		"m                                 its events by node, as matrices",
		"Esc, Backspace                    back to the processes",
		"< >                               sort by another column",
		"r                                 reverse the order",
		"/, f                              filter: words that must all hold, of",
		"                                  PART or name=PART, pid=N, node=LIST,",
		"                                  user=NAME, cgroup=PART; none for all",
		"p, space                          pause, go on",
		"u                                 MiB, pages, bytes, KiB, human",
		"q, ^C                             quit, and end the watches begun here",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		numalens_frame_line(frame, false);
		numalens_frame_put(frame, NUMALENS_TONE_PLAIN, lines[i]);
	}
}
