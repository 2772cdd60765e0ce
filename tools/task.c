// SPDX-License-Identifier: GPL-2.0
/*
 * A thread, of a process or of the kernel, as /proc tells of it.
 */
#include "task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"

/* Flags in stat, of every kernel that we may meet. */
#define IS_KERNEL	0x00200000
#define NO_SETAFFINITY	0x04000000

/* Words behind the name, as proc(5) numbers them. */
#define FIRST_WORD	3
#define FLAGS_WORD	9
#define CPU_WORD	39

static bool word_take(const char *text, unsigned int number, unsigned int *value)
{
	char *end;

	for (number -= FIRST_WORD; number && *text; number--) {
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	*value = strtoul(text, &end, 10);
	return end != text;
}

/* "1234 (name, any of it) S 2 0 0 0 -1 2129984 …": the last ')' ends the name. */
static int stat_take(struct numalens_task *task, char *text)
{
	char *from = strchr(text, '('), *to = strrchr(text, ')');
	unsigned int flags;

	if (!from || !to || to < from || to[1] != ' ' ||
	    !word_take(text, FIRST_WORD, &task->tid) || !word_take(to + 2, FLAGS_WORD, &flags) ||
	    !word_take(to + 2, CPU_WORD, &task->cpu))
		return -EBADMSG;
	*to = '\0';
	task->comm = numalens_strdup(from + 1);
	task->is_kernel = flags & IS_KERNEL;
	task->is_fixed = flags & NO_SETAFFINITY;
	return 0;
}

static int status_take(struct numalens_task *task, const char *text)
{
	static const char key[] = "\nCpus_allowed_list:\t";
	const char *at = strstr(text, key);

	if (!at)
		return -EBADMSG;
	at += sizeof(key) - 1;
	task->allowed = numalens_strf("%.*s", (int)strcspn(at, "\n"), at);
	return 0;
}

/**
 * numalens_task_read() - read a thread
 * @task: gets it; numalens_task_free() it, whatever is returned
 * @dir: its directory in /proc
 *
 * Return: 0 or a negative errno.
 */
int numalens_task_read(struct numalens_task *task, const struct numalens_dir *dir)
{
	char *text;
	int ret;

	memset(task, 0, sizeof(*task));
	ret = numalens_dir_read(dir, "stat", &text);
	if (!ret)
		ret = stat_take(task, text);
	free(text);
	if (ret)
		return ret;
	ret = numalens_dir_read(dir, "status", &text);
	if (!ret)
		ret = status_take(task, text);
	free(text);
	return ret;
}

/**
 * numalens_task_free() - end what numalens_task_read() gave
 * @task: thread
 */
void numalens_task_free(struct numalens_task *task)
{
	free(task->comm);
	free(task->allowed);
	memset(task, 0, sizeof(*task));
}
