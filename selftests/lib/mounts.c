// SPDX-License-Identifier: GPL-2.0
#include "mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "policy.h"

static char top[64];

static const struct {
	const char *name;
	const char *type;
	const char *options;	/* a format: the second node, the first */
} mounts[] = {
	{ "tmpfs", "tmpfs", "" },
	{ "ramfs", "ramfs", "" },
	{ "huge-shmem", "tmpfs", "huge=always" },
	{ "mpol-interleave", "tmpfs", "mpol=interleave:%d,%d" },
	{ "mpol-bind", "tmpfs", "mpol=bind:%d" },
	{ "mpol-prefer", "tmpfs", "mpol=prefer:%d" },
	{ "mpol-local", "tmpfs", "mpol=local" },
};

#define NR_MOUNTS	ARRAY_SIZE(mounts)

static const char *sub(size_t i)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, mounts[i].name);
	return path;
}

/* A mount that the kernel refuses leaves a plain directory: still a place. */
const char *mounts_make(void)
{
	char options[64];
	size_t i;

	snprintf(top, sizeof(top), "/tmp/numalens-mix.XXXXXX");
	if (!mkdtemp(top))
		return NULL;
	for (i = 0; i < NR_MOUNTS; i++) {
		if (mkdir(sub(i), 0700))
			return NULL;
		snprintf(options, sizeof(options), mounts[i].options,
			 policy_node(1), policy_node(0));
		if (mount("numalens-mix", sub(i), mounts[i].type, 0, options))
			rmdir(sub(i));
	}
	return top;
}

void mounts_drop(void)
{
	size_t i;

	for (i = 0; i < NR_MOUNTS; i++) {
		umount2(sub(i), MNT_DETACH);
		rmdir(sub(i));
	}
	rmdir(top);
}
