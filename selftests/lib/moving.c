// SPDX-License-Identifier: GPL-2.0
#include "moving.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "case.h"

int moving_begin(struct moving *moving, pid_t pid, uint64_t start,
		 uint64_t pages)
{
	int ret;

	memset(moving, 0, sizeof(*moving));
	moving->pid = pid;
	moving->start = start;
	moving->end = start + pages * getpagesize();
	ret = census_take(pid, &moving->census);
	if (ret)
		return fail("no census: %s", strerror(-ret));
	if (moves_read(pid, &moving->before))
		return CASE_FAIL;
	ret = vma_matrix(pid, start, "migrations", &moving->vma);
	return ret ? fail("VMA: %s", strerror(-ret)) : CASE_PASS;
}

static int compare(struct moving *moving, const struct moves *want,
		   const struct matrix *range)
{
	struct matrix vma;
	int bad = moves_differ("moved", &moving->after, want);
	int ret = vma_matrix(moving->pid, moving->start, "migrations", &vma);

	if (ret)
		return fail("VMA: %s", strerror(-ret));
	matrix_sub(&vma, &moving->vma);
	bad += matrix_differ("VMA: moved", &vma, range);
	return bad ? CASE_FAIL : CASE_PASS;
}

int moving_end(struct moving *moving, enum move_reason reason, uint64_t failed)
{
	static struct moves want;
	struct matrix range;
	int ret;

	memset(&want, 0, sizeof(want));
	ret = census_moved(moving->pid, &moving->census, 0, UINT64_MAX,
			   &want.reason[reason]);
	ret = ret ?: census_moved(moving->pid, &moving->census, moving->start,
				  moving->end, &range);
	census_free(&moving->census);
	if (ret)
		return fail("no census: %s", strerror(-ret));
	moving->moved = matrix_sum(&want.reason[reason]);
	if (!moving->moved && !failed)
		return fail("nothing moved");
	if (moves_read(moving->pid, &moving->after))
		return CASE_FAIL;
	moves_sub(&moving->after, &moving->before);
	want.failed[reason] = failed;
	/* the kernel compacts when it likes to, and no page changes its node */
	want.reason[MOVE_COMPACTION] = moving->after.reason[MOVE_COMPACTION];
	want.failed[MOVE_COMPACTION] = moving->after.failed[MOVE_COMPACTION];
	return compare(moving, &want, &range);
}

int moving_caller(const struct moving *moving, const char *reason)
{
	char comm[16] = "";

	if (!reason)
		return moves_caller_differs(&moving->after, 0, "", "none") ?
			CASE_FAIL : CASE_PASS;
	prctl(PR_GET_NAME, comm);
	return moves_caller_differs(&moving->after, getpid(), comm, reason) ?
		CASE_FAIL : CASE_PASS;
}
