// SPDX-License-Identifier: GPL-2.0
/*
 * Bug: of a file on overlayfs, as containers have them, the path was that of the file
 * below it, since kernels keep that in the mapped file's f_path (6.7).
 *
 * Oracle: /proc/PID/maps.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/compare.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"

/* a directory that there always is: nothing is left in it */
#define PLACE	"/mnt"

static const char file[] = PLACE "/merged/mapped";

/* In a mount namespace of its own, which goes with us. */
static int overlay_mount(void)
{
	static const char *const dirs[] = { "lower", "upper", "work", "merged" };
	size_t i;
	int fd;

	if (unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("numalens", PLACE, "tmpfs", 0, NULL) || chdir(PLACE))
		return -errno;
	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			return -errno;
	fd = open("lower/mapped", O_RDWR | O_CREAT, 0644);
	if (fd < 0 || ftruncate(fd, 2 * getpagesize()))
		return -errno;
	close(fd);
	return mount("numalens", "merged", "overlay", 0,
		     "lowerdir=lower,upperdir=upper,workdir=work") ? -errno : 0;
}

static void process_run(void)
{
	int fd = open(file, O_RDONLY);
	char *addr = mmap(NULL, 2 * getpagesize(), PROT_READ, MAP_PRIVATE, fd, 0);

	if (addr == MAP_FAILED)
		_exit(1);
	(void)__atomic_load_n(addr, __ATOMIC_RELAXED);
	for (;;)
		pause();
}

static bool has(const struct areas *areas, const char *path)
{
	size_t i;

	for (i = 0; i < areas->nr && strcmp(areas->v[i].path, path); i++)
		;
	return i < areas->nr;
}

static int same_path(void)
{
	int ret = overlay_mount();
	struct snapshot snap;
	struct areas areas;
	struct view view;
	pid_t pid;

	if (ret == -ENODEV)
		return skip("no overlayfs");
	if (ret)
		return fail("no overlay: %s", strerror(-ret));
	pid = proc_fork();
	if (!pid)
		process_run();
	if (!proc_wait_state(pid, 'S') || lens_watch(pid))
		return fail("can't be watched");
	if (areas_read(pid, &areas, true) || snapshot_read(pid, &snap))
		return fail("can't be read");
	if (!has(&areas, file))
		return fail("%s is not mapped", file);
	view = (struct view){ "snapshot", snap.vmas, snap.nr_vmas, snap.nodes,
			      snap.head.nr_nodes, false };
	return compare_paths(&areas, &view) ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a file on overlayfs", same_path },
	};

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	return cases_run(cases, ARRAY_SIZE(cases), 30);
}
