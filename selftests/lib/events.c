// SPDX-License-Identifier: GPL-2.0
#include "events.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "lens.h"

static const char *const kinds[] = {
	[TOUCH_ANON] = "anon",
	[TOUCH_THP] = "thp",
	[TOUCH_HUGETLB] = "hugetlb",
	[TOUCH_SHMEM] = "shmem",
	[TOUCH_COW] = "cow",
	[TOUCH_FILE] = "file",
};

static const char *const reasons[] = {
	[MOVE_COMPACTION] = "compaction",
	[MOVE_MEMORY_FAILURE] = "memory_failure",
	[MOVE_MEMORY_HOTPLUG] = "memory_hotplug",
	[MOVE_SYSCALL_OR_CPUSET] = "syscall_or_cpuset",
	[MOVE_MIGRATE_PAGES] = "migrate_pages",
	[MOVE_MOVE_PAGES] = "move_pages",
	[MOVE_CPUSET] = "cpuset",
	[MOVE_MEMPOLICY_MBIND] = "mempolicy_mbind",
	[MOVE_NUMA_MISPLACED] = "numa_misplaced",
	[MOVE_CONTIG_RANGE] = "contig_range",
	[MOVE_LONGTERM_PIN] = "longterm_pin",
	[MOVE_DEMOTION] = "demotion",
	[MOVE_OTHER] = "other",
};

const char *move_reason_name(enum move_reason reason)
{
	return reasons[reason];
}

static int number_differs(const char *what, uint64_t got, uint64_t want)
{
	if (got == want)
		return 0;
	note("%s is %" PRId64 ", should be %" PRId64, what, (int64_t)got,
	     (int64_t)want);
	return 1;
}

static int file_failed(const char *name, int ret)
{
	if (!ret)
		return 0;
	note("%s: %s", name, strerror(-ret));
	return 1;
}

static int matrix_file(pid_t pid, const char *dir, const char *name,
		       const char *suffix, struct matrix *matrix)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix);
	return file_failed(path, lens_matrix(pid, path, matrix));
}

static int number_file(pid_t pid, const char *dir, const char *name,
		       const char *suffix, uint64_t *value)
{
	char path[96];

	*value = 0;
	snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix);
	return file_failed(path, lens_number(pid, path, value));
}

static int scan_failed(pid_t pid)
{
	return file_failed("scan", lens_scan(pid));
}

int touches_read(pid_t pid, struct touches *touches)
{
	struct matrix sum = { 0 };
	uint64_t local, remote;
	int i, bad = scan_failed(pid);

	for (i = 0; i < NR_TOUCH_KINDS; i++) {
		bad += matrix_file(pid, "first_touch", kinds[i], "",
				   &touches->kind[i]);
		if (i != TOUCH_FILE)
			matrix_add(&sum, &touches->kind[i]);
	}
	bad += matrix_file(pid, "first_touch", "matrix", "", &touches->all);
	bad += number_file(pid, "first_touch", "local", "", &local);
	bad += number_file(pid, "first_touch", "remote", "", &remote);
	bad += number_file(pid, "first_touch", "no_vma", "", &touches->no_vma);
	if (bad)
		return bad;
	bad += matrix_differ("first_touch/matrix", &touches->all, &sum);
	bad += number_differs("first_touch/local", local,
			      matrix_diagonal(&sum));
	return bad + number_differs("first_touch/remote", remote,
				    matrix_sum(&sum) - matrix_diagonal(&sum));
}

void touches_sub(struct touches *touches, const struct touches *before)
{
	int i;

	for (i = 0; i < NR_TOUCH_KINDS; i++)
		matrix_sub(&touches->kind[i], &before->kind[i]);
	matrix_sub(&touches->all, &before->all);
	touches->no_vma -= before->no_vma;
}

int touches_differ(const char *what, const struct touches *got,
		   const struct touches *want)
{
	char name[128];
	int i, bad = 0;

	for (i = 0; i < NR_TOUCH_KINDS; i++) {
		snprintf(name, sizeof(name), "%s: %s", what, kinds[i]);
		bad += matrix_differ(name, &got->kind[i], &want->kind[i]);
	}
	snprintf(name, sizeof(name), "%s: no_vma", what);
	return bad + number_differs(name, got->no_vma, want->no_vma);
}

static int caller_read(pid_t pid, struct moves *moves)
{
	char *comm = lens_word(pid, "migrations/caller_comm");
	char *reason = lens_word(pid, "migrations/caller_reason");
	int bad = number_file(pid, "migrations", "caller_pid", "",
			      &moves->caller_pid);

	bad += file_failed("migrations/caller_comm", comm ? 0 : -errno);
	bad += file_failed("migrations/caller_reason", reason ? 0 : -errno);
	snprintf(moves->caller_comm, sizeof(moves->caller_comm), "%s",
		 comm ?: "");
	snprintf(moves->caller_reason, sizeof(moves->caller_reason), "%s",
		 reason ?: "");
	free(comm);
	free(reason);
	return bad;
}

int moves_read(pid_t pid, struct moves *moves)
{
	uint64_t all_failed, failed = 0;
	struct matrix sum = { 0 };
	int i, bad = scan_failed(pid);

	for (i = 0; i < NR_MOVE_REASONS; i++) {
		bad += matrix_file(pid, "migrations", reasons[i], "",
				   &moves->reason[i]);
		bad += number_file(pid, "migrations", reasons[i], "_failed",
				   &moves->failed[i]);
		matrix_add(&sum, &moves->reason[i]);
		failed += moves->failed[i];
	}
	bad += matrix_file(pid, "migrations", "matrix", "", &moves->all);
	bad += number_file(pid, "migrations", "failed", "", &all_failed);
	bad += number_file(pid, "migrations", "no_vma", "", &moves->no_vma);
	bad += caller_read(pid, moves);
	if (bad)
		return bad;
	bad += number_differs("migrations/failed", all_failed, failed);
	return bad + matrix_differ("migrations/matrix", &moves->all, &sum);
}

void moves_sub(struct moves *moves, const struct moves *before)
{
	int i;

	for (i = 0; i < NR_MOVE_REASONS; i++) {
		matrix_sub(&moves->reason[i], &before->reason[i]);
		moves->failed[i] -= before->failed[i];
	}
	matrix_sub(&moves->all, &before->all);
	moves->no_vma -= before->no_vma;
}

int moves_differ(const char *what, const struct moves *got,
		 const struct moves *want)
{
	char name[128];
	int i, bad = 0;

	for (i = 0; i < NR_MOVE_REASONS; i++) {
		snprintf(name, sizeof(name), "%s: %s", what, reasons[i]);
		bad += matrix_differ(name, &got->reason[i], &want->reason[i]);
		snprintf(name, sizeof(name), "%s: %s_failed", what, reasons[i]);
		bad += number_differs(name, got->failed[i], want->failed[i]);
	}
	snprintf(name, sizeof(name), "%s: no_vma", what);
	return bad + number_differs(name, got->no_vma, want->no_vma);
}

int moves_caller_differs(const struct moves *moves, pid_t pid,
			 const char *comm, const char *reason)
{
	if (moves->caller_pid == (uint64_t)pid &&
	    !strcmp(moves->caller_comm, comm) &&
	    !strcmp(moves->caller_reason, reason))
		return 0;
	note("caller is %" PRIu64 " \"%s\" %s, should be %d \"%s\" %s",
	     moves->caller_pid, moves->caller_comm, moves->caller_reason, pid,
	     comm, reason);
	return 1;
}

int vma_matrix(pid_t pid, uint64_t addr, const char *name,
	       struct matrix *matrix)
{
	char path[320] = "";
	struct dirent *entry;
	DIR *dir;

	memset(matrix, 0, sizeof(*matrix));
	dir = opendir(lens_path(pid, "vmas"));
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		uint64_t start, end;

		if (sscanf(entry->d_name, "%" SCNx64 "-%" SCNx64, &start,
			   &end) == 2 && start <= addr && addr < end)
			snprintf(path, sizeof(path), "vmas/%s/%s",
				 entry->d_name, name);
	}
	closedir(dir);
	return *path ? lens_matrix(pid, path, matrix) : -ENOENT;
}

int thread_matrix(pid_t pid, pid_t tid, const char *name,
		  struct matrix *matrix)
{
	char path[64];

	snprintf(path, sizeof(path), "threads/%d/%s", tid, name);
	return lens_matrix(pid, path, matrix);
}
