// SPDX-License-Identifier: GPL-2.0
/*
 * numalens top: processes, the most remote first, as they are now.
 */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "error.h"
#include "frame.h"
#include "number.h"
#include "output.h"
#include "reader.h"
#include "top.h"
#include "top_keys.h"
#include "top_order.h"
#include "top_screen.h"
#include "top_view.h"

#define DEFAULT_MAX		50
#define DEFAULT_DELAY_MS	2000
#define MIN_DELAY_S		0.1
#define MAX_DELAY_S		86400
#define MAX_WIDTH		100000

static bool batch;
static const char *iterations_text, *delay_text, *filter_text, *sort_text, *max_text, *view_text,
	*width_text;

static uint64_t ns_of(const struct numalens_top *top)
{
	return top->delay_ms * 1000000ULL;
}

/* Of one process, the first one is meant: the filter says which that is. */
static int frame_print(struct numalens_top *top, struct numalens_top_view *view)
{
	enum numalens_top_pane pane = view->pane;
	struct numalens_frame frame;
	int ret = NUMALENS_OK;

	numalens_top_arrange(top);
	view->pid = top->nr_shown ? top->shown[0]->pid : 0;
	if (pane != NUMALENS_TOP_PROCESSES && !top->nr_shown)
		ret = numalens_error(NUMALENS_NO_PROCESS, "there is no process to look into%s",
				     top->filter.nr ? ": none matches the filter" : "");
	numalens_frame_init(&frame);
	numalens_top_view_draw(top, view, &frame);
	if (!ret)
		numalens_frame_print(&frame);
	numalens_frame_free(&frame);
	view->pane = pane;
	/* One that reads along wants a whole frame now, not half of one later. */
	if (!ret && fflush(stdout))
		ret = NUMALENS_FAILED;
	return ret;
}

static void wait_until(uint64_t when_ns)
{
	struct timespec when = { when_ns / 1000000000, when_ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
		;
}

static int run_batch(struct numalens_top *top, struct numalens_top_view *view, uint64_t frames)
{
	uint64_t next = numalens_top_now(), done;
	int ret = NUMALENS_OK;

	for (done = 0; !ret && (!frames || done < frames); done++) {
		if (done) {
			next += ns_of(top);
			wait_until(next);
			putchar('\n');
		}
		ret = numalens_top_update(top);
		if (!ret)
			ret = frame_print(top, view);
	}
	return !ret && top->note ? NUMALENS_FAILED : ret;
}

static void screen_draw(struct numalens_top *top, struct numalens_top_view *view)
{
	struct numalens_frame frame;

	/* Keys are pressed on a screen that is too small, too. */
	numalens_top_arrange(top);
	if (!numalens_top_screen_size(&view->width, &view->height))
		return;
	numalens_frame_init(&frame);
	numalens_top_view_draw(top, view, &frame);
	numalens_top_screen_show(&frame);
	numalens_frame_free(&frame);
}

static int ms_until(uint64_t when)
{
	uint64_t now = numalens_top_now();

	return now < when ? (when - now) / 1000000 + 1 : 0;
}

static int screen_loop(struct numalens_top *top, struct numalens_top_view *view)
{
	enum numalens_top_act act = NUMALENS_TOP_DRAW;
	uint64_t next = numalens_top_now() + ns_of(top);
	int ret = NUMALENS_OK;

	while (!ret && act != NUMALENS_TOP_QUIT) {
		screen_draw(top, view);
		act = numalens_top_key(top, view, numalens_top_screen_key(ms_until(next)));
		if (act == NUMALENS_TOP_UPDATE ||
		    (act == NUMALENS_TOP_DRAW && !ms_until(next))) {
			if (!view->paused || act == NUMALENS_TOP_UPDATE)
				ret = numalens_top_update(top);
			next = numalens_top_now() + ns_of(top);
		}
	}
	return ret;
}

static int run_screen(struct numalens_top *top, struct numalens_top_view *view)
{
	int ret = numalens_top_screen_open();

	if (!ret)
		ret = numalens_top_update(top);
	if (!ret)
		ret = screen_loop(top, view);
	numalens_top_screen_close();
	return ret;
}

static int usage(const char *text, const char *what)
{
	return numalens_command_usage(&numalens_cmd_top, "\"%s\" is no %s", text, what);
}

static int delay_parse(struct numalens_top *top)
{
	double seconds;
	char *end;

	top->delay_ms = DEFAULT_DELAY_MS;
	if (!delay_text)
		return NUMALENS_OK;
	seconds = strtod(delay_text, &end);
	if (end == delay_text || *end || !(seconds >= MIN_DELAY_S && seconds <= MAX_DELAY_S))
		return usage(delay_text, "number of seconds from 0.1 to 86400");
	top->delay_ms = seconds * 1000 + 0.5;
	return NUMALENS_OK;
}

static int numbers_parse(struct numalens_top *top, struct numalens_top_view *view,
			 uint64_t *frames)
{
	size_t width;

	if (iterations_text && (numalens_number_parse_decimal(iterations_text, frames) || !*frames))
		return usage(iterations_text, "number of frames");
	if (max_text && (numalens_number_parse_top(max_text, &top->max) ||
			 top->max > NUMALENS_TOP_MAX))
		return usage(max_text, "number of processes from 1 to 1000");
	if (width_text) {
		if (numalens_number_parse_top(width_text, &width) || width < 80 || width > MAX_WIDTH)
			return usage(width_text, "number of columns from 80 on");
		view->width = width;
	}
	return delay_parse(top);
}

static int words_parse(struct numalens_top *top, struct numalens_top_view *view)
{
	char *why = numalens_filter_parse(&top->filter, filter_text ? filter_text : "");
	unsigned int pane = NUMALENS_TOP_PROCESSES;
	char *names;

	if (why) {
		numalens_command_usage(&numalens_cmd_top, "%s", why);
		free(why);
		return NUMALENS_USAGE;
	}
	if (sort_text && !numalens_top_order_parse(&top->order, sort_text)) {
		names = numalens_top_order_names();
		numalens_command_usage(&numalens_cmd_top, "\"%s\" is none of %s", sort_text, names);
		free(names);
		return NUMALENS_USAGE;
	}
	while (view_text && pane < NUMALENS_TOP_HELP &&
	       strcmp(view_text, numalens_top_pane_name(pane)))
		pane++;
	view->pane = pane;
	return pane == NUMALENS_TOP_HELP ? usage(view_text, "view: processes, threads, vmas, matrices")
	       : NUMALENS_OK;
}

static int options_check(const struct numalens_args *args)
{
	if (args->nr)
		return numalens_command_usage(&numalens_cmd_top, "top takes no operand: --filter %s",
					      args->operands[0]);
	if (args->json)
		return numalens_command_usage(&numalens_cmd_top, "top prints no JSON: numalens list "
					      "and numalens show do");
	if (!batch && (iterations_text || view_text || width_text))
		return numalens_command_usage(&numalens_cmd_top, "--iterations, --view and --width "
					      "are for --batch");
	return NUMALENS_OK;
}

static int run(const struct numalens_args *args)
{
	struct numalens_top top = { .max = DEFAULT_MAX };
	struct numalens_top_view view = { 0 };
	uint64_t frames = 0;
	int ret = options_check(args);

	if (!ret)
		ret = numbers_parse(&top, &view, &frames);
	if (!ret)
		ret = words_parse(&top, &view);
	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret)
		ret = batch ? run_batch(&top, &view, frames) : run_screen(&top, &view);
	numalens_top_view_free(&view);
	numalens_top_free(&top);
	return ret;
}

static const struct numalens_option options[] = {
	{ "batch", NULL, "print frames of plain text, all rows and nodes; also -b", &batch, NULL },
	{ "iterations", "N", "print N frames; also -n", NULL, &iterations_text },
	{ "delay", "SECONDS", "time between two frames, 2 s without it; also -d", NULL, &delay_text },
	{ "filter", "WORDS", "show processes of which all WORDS hold: PART or name=PART, pid=N, "
	  "node=LIST, user=NAME, cgroup=PART or cgroup=/PATH", NULL, &filter_text },
	{ "sort", "KEY", "what comes first: share, remote, resident, hints, migrated, pid, name or "
	  "user", NULL, &sort_text },
	{ "max", "N", "watch the N largest processes, besides those that are watched already; 50 "
	  "without it", NULL, &max_text },
	{ "view", "VIEW", "look at processes, or at threads, vmas or matrices of the first one", NULL,
	  &view_text },
	{ "width", "N", "print no more than N columns", NULL, &width_text },
	{ 0 }
};

const struct numalens_command numalens_cmd_top = {
	.name = "top",
	.synopsis = "",
	.summary = "show processes by their remote memory, live, with what NUMA balancing does to "
		   "them; look into their threads, VMAs and events. The largest are watched "
		   "meanwhile",
	.options = options,
	.letters = "bnd",
	.run = run,
};
