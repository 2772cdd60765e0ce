// SPDX-License-Identifier: GPL-2.0
#include "mayfly.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "text.h"

#define PATH_LEN	4096

static int program = -1;

/* From memory: no name is looked up, and no file system of the guest's is in the way. */
int mayfly_prepare(void)
{
	char path[PATH_LEN], *image;
	size_t size;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/../workloads/mayfly", test_dir());
	image = text_read(path, &size);
	if (!image)
		return -errno;
	program = memfd_create("mayfly", MFD_CLOEXEC);
	n = program < 0 ? -1 : write(program, image, size);
	free(image);
	return n == (ssize_t)size ? 0 : -EIO;
}

static void become_mayfly(void)
{
	char *const argv[] = { (char *)"mayfly", NULL }, *const envp[] = { NULL };

	syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
	_exit(127);
}

/* A function of its own: vfork(2) may clobber what its caller has in registers. */
[[gnu::noinline]] static pid_t start(bool by_fork)
{
	pid_t pid = by_fork ? fork() : vfork();

	if (!pid)
		become_mayfly();
	return pid;
}

static bool lived(pid_t pid)
{
	struct rusage usage;
	int status;

	return wait4(pid, &status, 0, &usage) == pid && !status &&
	       usage.ru_minflt >= pid % MAYFLY_PAGES;
}

long do_mayflies(long a, long b, long c)
{
	long i, nr = 0;
	pid_t pid;

	/* what a stack needs depends on where chance puts it in its page */
	if (!b)
		personality(ADDR_NO_RANDOMIZE);
	for (i = 0; i < a; i++) {
		pid = start(b);
		nr += pid > 0 && lived(pid);
	}
	return nr;
}
