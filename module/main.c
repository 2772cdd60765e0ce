// SPDX-License-Identifier: GPL-2.0
/*
 * numalens: where the memory of watched processes lies, under which policy, and
 * how remote it is from the threads that use it.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "follow.h"
#include "frame.h"
#include "probe.h"
#include "process.h"
#include "registry.h"
#include "sysfs.h"
#include "sysfs_domain.h"
#include "sysfs_root.h"

static int __init numalens_init(void)
{
	int ret;

	ret = numalens_probe_init();
	if (ret)
		return ret;
	ret = numalens_frame_init();
	if (ret)
		return ret;
	ret = numalens_process_init();
	if (ret)
		goto exit_frame;
	ret = numalens_root_init();
	if (ret)
		goto exit_process;
	ret = numalens_domain_init(numalens_root_kobj());
	if (ret)
		goto exit_root;
	return 0;

exit_root:
	numalens_registry_close();
	numalens_root_close();
	numalens_registry_exit();
	numalens_probe_sync();
	numalens_follow_flush();
	numalens_probe_exit();
	numalens_root_exit();
	numalens_kobj_wait();
exit_process:
	numalens_process_exit();
exit_frame:
	numalens_frame_exit();
	return ret;
}

static void __exit numalens_exit(void)
{
	numalens_domain_exit();
	numalens_registry_close();
	numalens_root_close();
	numalens_registry_exit();
	numalens_probe_sync();
	numalens_follow_flush();
	numalens_probe_exit();
	numalens_root_exit();
	numalens_kobj_wait();
	numalens_process_exit();
	numalens_frame_exit();
}

module_init(numalens_init);
module_exit(numalens_exit);

MODULE_DESCRIPTION("Where memory lies on NUMA nodes, and why");
MODULE_AUTHOR("The numalens authors");
MODULE_LICENSE("GPL");
