// SPDX-License-Identifier: GPL-2.0
/*
 * What every command about events says first: of whom, and since when.
 */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "event.h"
#include "output.h"
#include "placement.h"
#include "reader.h"

#define LABEL	11

/**
 * numalens_report_head() - say of whom events are shown, and since when they count
 * @process: process
 *
 * Return: false if there is nothing to show: this module knows no events.
 */
bool numalens_report_head(const struct numalens_process *process)
{
	char *since = numalens_event_since(&process->snapshot);

	numalens_placement_print_title(process);
	numalens_output_wrap("events", LABEL + 1, since);
	free(since);
	putchar('\n');
	return numalens_event_known(&process->snapshot);
}
