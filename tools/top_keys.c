// SPDX-License-Identifier: GPL-2.0
/*
 * What the keys of numalens top do.
 */
#include "top_keys.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "output.h"
#include "top.h"
#include "top_order.h"
#include "top_view.h"

#define MAX_INPUT	200

static void note(struct numalens_top_view *view, char *text)
{
	free(view->note);
	view->note = text;
}

static void row_choose(const struct numalens_top *top, struct numalens_top_view *view, size_t row)
{
	if (!top->nr_shown)
		return;
	view->pid = top->shown[row < top->nr_shown ? row : top->nr_shown - 1]->pid;
}

/* Processes have a cursor; other rows only move. */
static void move(const struct numalens_top *top, struct numalens_top_view *view, int key)
{
	bool cursor = view->pane == NUMALENS_TOP_PROCESSES;
	size_t row = cursor ? numalens_top_view_row(top, view) : view->first;
	size_t page = view->room ? view->room : 1;
	size_t nr = view->nr_rows ? view->nr_rows - 1 : 0;

	switch (key) {
	case NUMALENS_KEY_UP:
		row -= row > 0;
		break;
	case NUMALENS_KEY_DOWN:
		row++;
		break;
	case NUMALENS_KEY_PAGE_UP:
		row -= row < page ? row : page;
		break;
	case NUMALENS_KEY_PAGE_DOWN:
		row += page;
		break;
	case NUMALENS_KEY_HOME:
		row = 0;
		break;
	case NUMALENS_KEY_END:
		row = nr;
		break;
	}
	if (cursor)
		row_choose(top, view, row);
	else
		view->first = row < nr ? row : nr;
}

/* Only a process that is shown can be looked into, and then it stays. */
static void look(struct numalens_top *top, struct numalens_top_view *view,
		 enum numalens_top_pane pane)
{
	if (pane != NUMALENS_TOP_PROCESSES && !numalens_top_find(top, view->pid))
		return;
	view->pane = pane;
	view->first = 0;
	view->node = 0;
	top->kept = pane == NUMALENS_TOP_PROCESSES ? 0 : view->pid;
}

static void order_move(struct numalens_top *top, unsigned int by)
{
	top->order = (top->order + by) % NUMALENS_TOP_NR_ORDERS;
	top->reverse = false;
}

static void unit_move(void)
{
	static enum numalens_unit unit;

	unit = (unit + 1) % NUMALENS_NR_UNITS;
	numalens_output_unit_set(unit);
}

/* A filter that makes no sense changes nothing. */
static enum numalens_top_act filter_set(struct numalens_top *top, struct numalens_top_view *view)
{
	struct numalens_filter filter;
	char *why = numalens_filter_parse(&filter, view->input);

	free(view->input);
	view->input = NULL;
	if (why) {
		numalens_filter_free(&filter);
		note(view, why);
		return NUMALENS_TOP_DRAW;
	}
	numalens_filter_free(&top->filter);
	top->filter = filter;
	top->census_ns = 0;
	return NUMALENS_TOP_UPDATE;
}

static enum numalens_top_act type(struct numalens_top *top, struct numalens_top_view *view, int key)
{
	size_t len = strlen(view->input);

	if (key == NUMALENS_KEY_ENTER)
		return filter_set(top, view);
	if (key == NUMALENS_KEY_ESCAPE) {
		free(view->input);
		view->input = NULL;
	} else if (key == NUMALENS_KEY_BACK && len) {
		view->input[len - 1] = '\0';
	} else if (key >= ' ' && key < 0x7f && len < MAX_INPUT) {
		numalens_append(&view->input, "%c", key);
	}
	return NUMALENS_TOP_DRAW;
}

static void press(struct numalens_top *top, struct numalens_top_view *view, int key)
{
	switch (key) {
	case NUMALENS_KEY_ENTER:
	case 't':
		look(top, view, NUMALENS_TOP_THREADS);
		break;
	case 'v':
		look(top, view, NUMALENS_TOP_VMAS);
		break;
	case 'm':
		look(top, view, NUMALENS_TOP_MATRICES);
		break;
	case NUMALENS_KEY_ESCAPE:
	case NUMALENS_KEY_BACK:
		look(top, view, NUMALENS_TOP_PROCESSES);
		break;
	case 'h':
	case '?':
		look(top, view, NUMALENS_TOP_HELP);
		break;
	case '>':
		order_move(top, 1);
		break;
	case '<':
		order_move(top, NUMALENS_TOP_NR_ORDERS - 1);
		break;
	case 'r':
		top->reverse = !top->reverse;
		break;
	case '/':
	case 'f':
		view->input = numalens_strdup(top->filter.nr ? top->filter.text : "");
		break;
	case 'p':
	case ' ':
		view->paused = !view->paused;
		break;
	case 'u':
		unit_move();
		break;
	case NUMALENS_KEY_LEFT:
		view->node -= view->node > 0;
		break;
	case NUMALENS_KEY_RIGHT:
		view->node++;
		break;
	default:
		move(top, view, key);
	}
}

/**
 * numalens_top_key() - do what a key says
 * @top: what there is
 * @view: how it is looked at
 * @key: enum numalens_key, or a character
 *
 * Return: what it leads to.
 */
enum numalens_top_act numalens_top_key(struct numalens_top *top, struct numalens_top_view *view,
				       int key)
{
	if (key == NUMALENS_KEY_GONE)
		return NUMALENS_TOP_QUIT;
	if (key == NUMALENS_KEY_NONE)
		return NUMALENS_TOP_DRAW;
	note(view, NULL);
	if (view->input)
		return type(top, view, key);
	if (key == 'q')
		return NUMALENS_TOP_QUIT;
	if (view->pane == NUMALENS_TOP_HELP)
		look(top, view, NUMALENS_TOP_PROCESSES);
	else
		press(top, view, key);
	return NUMALENS_TOP_DRAW;
}
