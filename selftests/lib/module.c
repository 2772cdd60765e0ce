// SPDX-License-Identifier: GPL-2.0
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "array.h"
#include "proc.h"
#include "text.h"

static char *image;
static size_t image_len;

/* Where it was installed, by DKMS or by "make modules_install". */
static const char *installed_path(void)
{
	static const char *const dirs[] = { "updates/dkms", "updates" };
	static char path[PATH_MAX];
	struct utsname system;
	size_t i;

	uname(&system);
	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		snprintf(path, sizeof(path), "/lib/modules/%s/%s/numalens.ko", system.release,
			 dirs[i]);
		if (!access(path, R_OK))
			return path;
	}
	return NULL;
}

const char *module_path(void)
{
	static char path[PATH_MAX];
	const char *env = getenv("NUMALENS_KO"), *installed;

	if (env)
		return env;
	snprintf(path, sizeof(path), "%s/../../numalens.ko", test_dir());
	if (!access(path, R_OK))
		return path;
	installed = installed_path();
	return installed ?: path;
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
