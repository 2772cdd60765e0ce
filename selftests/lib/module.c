// SPDX-License-Identifier: GPL-2.0
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc.h"
#include "text.h"

static char *image;
static size_t image_len;

const char *module_path(void)
{
	static char path[PATH_MAX];
	const char *env = getenv("NUMALENS_KO");

	snprintf(path, sizeof(path), "%s/../../numalens.ko", test_dir());
	return env ?: path;
}

int module_find(void)
{
	image = text_read(module_path(), &image_len);
	return image ? 0 : -errno;
}

int module_load(void)
{
	return syscall(SYS_init_module, image, image_len, "") ? -errno : 0;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "numalens", O_NONBLOCK) ? -errno : 0;
}
