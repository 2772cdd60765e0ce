// SPDX-License-Identifier: GPL-2.0
#include "rights.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text.h"

#define NOBODY		65534

static struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };

int rights_drop(int right)
{
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return -errno;
	data[right / 32].effective &= ~(1U << right % 32);
	data[right / 32].permitted &= ~(1U << right % 32);
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

int rights_none(void)
{
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

/* It may be dumped, else its files in /proc, such as uid_map, are root's. */
int rights_nobody(void)
{
	return setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	       setresuid(NOBODY, NOBODY, NOBODY) || prctl(PR_SET_DUMPABLE, 1) ? -errno : 0;
}

static int map_to_zero(const char *path, unsigned int id)
{
	char text[32];

	snprintf(text, sizeof(text), "0 %u 1", id);
	return text_puts(path, text);
}

int rights_namespace(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER))
		return -errno;
	text_puts("/proc/self/setgroups", "deny");
	return map_to_zero("/proc/self/gid_map", gid) ?: map_to_zero("/proc/self/uid_map", uid);
}
