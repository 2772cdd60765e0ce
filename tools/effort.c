// SPDX-License-Identifier: GPL-2.0
/*
 * What NUMA balancing does, and what it costs, as far as the kernel tells: it
 * scans, and takes the faults, on behalf of the process and in its time, so the
 * process's time in the kernel has the price of both.
 */
#include "effort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "area.h"
#include "event.h"
#include "file.h"
#include "lab.h"
#include "matrix.h"
#include "number.h"
#include "snapshot.h"

static const char * const columns[] = {
	"workload", "s", "faults", "remote", "moved", "scans", "marked", "kernel s",
};

static uint64_t vmstat(const char *name)
{
	size_t len = strlen(name);
	struct numalens_dir dir;
	char *text, *line, *rest;
	uint64_t value = 0;

	numalens_dir_set(&dir, "proc");
	if (numalens_dir_read(&dir, "vmstat", &text))
		return 0;
	for (rest = text; (line = strsep(&rest, "\n"));)
		if (!strncmp(line, name, len) && line[len] == ' ')
			numalens_number_parse_decimal(line + len + 1, &value);
	free(text);
	return value;
}

/* The 15th field of stat; the second is a name in parentheses, which may hold any. */
static uint64_t kernel_ms(unsigned int pid)
{
	unsigned long long ticks = 0;
	struct numalens_dir dir;
	char *text, *behind;

	numalens_dir_set(&dir, "proc/%u", pid);
	if (numalens_dir_read(&dir, "stat", &text))
		return 0;
	behind = strrchr(text, ')');
	if (!behind || sscanf(behind, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %llu",
			      &ticks) != 1)
		ticks = 0;
	free(text);
	return ticks * 1000 / sysconf(_SC_CLK_TCK);
}

static void matrix_of(struct numalens_matrix *matrix, const struct numalens_area *area,
		      const struct numalens_snapshot *snapshot, enum numalens_event event)
{
	numalens_matrix_init(matrix, snapshot->header.nr_nodes);
	numalens_area_matrix_add(matrix, area, snapshot, NUMALENS_EVENT(event));
}

/**
 * numalens_effort_read() - what it did up to now
 * @effort: gets it
 * @area: memory that is looked at
 * @snapshot: of its process
 */
void numalens_effort_read(struct numalens_effort *effort, const struct numalens_area *area,
			  const struct numalens_snapshot *snapshot)
{
	struct numalens_matrix matrix;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	effort->ms = now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
	matrix_of(&matrix, area, snapshot, NUMALENS_HINT_FAULTS);
	effort->faults = numalens_matrix_sum(&matrix);
	effort->remote = effort->faults - numalens_matrix_local(&matrix);
	numalens_matrix_free(&matrix);
	matrix_of(&matrix, area, snapshot, NUMALENS_MIGRATE_NUMA_MISPLACED);
	effort->moved = numalens_matrix_sum(&matrix);
	numalens_matrix_free(&matrix);
	effort->scans = snapshot->header.scan_seq;
	effort->marked = vmstat("numa_pte_updates");
	effort->kernel_ms = kernel_ms(snapshot->header.pid);
}

/**
 * numalens_effort_since() - take off what was before
 * @effort: becomes what it did since
 * @before: what it had done by then
 */
void numalens_effort_since(struct numalens_effort *effort, const struct numalens_effort *before)
{
	effort->ms -= before->ms;
	effort->faults -= before->faults;
	effort->remote -= before->remote;
	effort->moved -= before->moved;
	effort->scans -= before->scans;
	effort->marked -= before->marked;
	effort->kernel_ms -= before->kernel_ms;
}

/**
 * numalens_effort_head() - begin a table of efforts
 * @lab: lab
 */
void numalens_effort_head(struct numalens_lab *lab)
{
	numalens_lab_table(lab, "hinting faults, those of them on remote pages, pages moved, scans, "
			   "entries marked, CPU time in the kernel", columns, ARRAY_SIZE(columns));
}

/**
 * numalens_effort_row() - add to the table
 * @lab: lab
 * @what: of which workload
 * @effort: effort
 */
void numalens_effort_row(struct numalens_lab *lab, const char *what,
			 const struct numalens_effort *effort)
{
	numalens_lab_row(lab);
	numalens_lab_cell(lab, "%s", what);
	numalens_lab_cell(lab, "%.1f", effort->ms / 1000.0);
	numalens_lab_number(lab, effort->faults);
	numalens_lab_number(lab, effort->remote);
	numalens_lab_number(lab, effort->moved);
	numalens_lab_number(lab, effort->scans);
	numalens_lab_number(lab, effort->marked);
	numalens_lab_cell(lab, "%.2f", effort->kernel_ms / 1000.0);
}
