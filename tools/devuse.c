// SPDX-License-Identifier: GPL-2.0
/*
 * Which devices a process uses, as its open files tell: devices and files on
 * block devices, VFIO groups, network devices of tap descriptors; and what a
 * QEMU has on its command line.
 */
#include "devuse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "number.h"
#include "pci.h"
#include "qemu.h"
#include "qemu_option.h"

#define GROUPS_DIR	"sys/kernel/iommu_groups"

/* An open file, and what it may be that of. */
struct file {
	struct numalens_devuse *devuse;
	struct numalens_pcis *pcis;
	const char *target;	/* what the link in fd says */
	const char *info;	/* fdinfo */
	const char *mounts;	/* mountinfo of the process */
};

static void other_add(struct numalens_devuse *devuse, const char *name)
{
	size_t i;

	for (i = 0; i < devuse->nr_others; i++)
		if (!strcmp(devuse->others[i], name))
			return;
	devuse->others = numalens_realloc(devuse->others, devuse->nr_others + 1,
					  sizeof(*devuse->others));
	devuse->others[devuse->nr_others++] = numalens_strdup(name);
}

/* The value of a line "key:\tvalue", or NULL; free() it. */
static char *info_of(const char *info, const char *key)
{
	size_t len = strlen(key);

	for (; info; info = strchr(info, '\n')) {
		info += *info == '\n';
		if (strncmp(info, key, len) || info[len] != ':')
			continue;
		info += len + 1;
		info += strspn(info, " \t");
		return numalens_strf("%.*s", (int)strcspn(info, "\n"), info);
	}
	return NULL;
}

/* "DEVNAME=vfio/12" is what the kernel calls the file of a device. */
static bool has_devname(const char *where, const char *number, const char *name)
{
	struct numalens_dir dir;
	bool has = false;
	char *text, *line;

	numalens_dir_set(&dir, "%s/%s", where, number);
	if (!numalens_dir_read(&dir, "uevent", &text))
		for (line = strtok(text, "\n"); line && !has; line = strtok(NULL, "\n"))
			has = !strncmp(line, "DEVNAME=", 8) && !strcmp(line + 8, name);
	free(text);
	return has;
}

/* In a captured tree there are no devices: the name in /dev has to do. */
static char *captured_device(const struct file *file, const char *where)
{
	char **names, *found = NULL;
	struct numalens_dir dir;
	size_t nr, i;

	if (strncmp(file->target, "/dev/", 5))
		return NULL;
	numalens_dir_set(&dir, "%s", where);
	numalens_dir_names(&dir, &names, &nr);
	for (i = 0; i < nr && !found; i++)
		if (has_devname(where, names[i], file->target + 5))
			found = numalens_strf("%s/%s", where, names[i]);
	numalens_dir_names_free(names, nr);
	return found;
}

/* The directory in /sys of the device that is open; NULL if none is. */
static char *device_of(const struct file *file, const struct numalens_dir *fds, const char *fd)
{
	struct stat status;
	char *found;

	if (!numalens_file_is_live()) {
		found = captured_device(file, "sys/dev/block");
		return found ? found : captured_device(file, "sys/dev/char");
	}
	/* Of a file on a server that is gone, stat(2) would wait for ever. */
	if (strncmp(file->target, "/dev/", 5) || numalens_dir_stat(fds, fd, &status) ||
	    !(S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode)))
		return NULL;
	return numalens_strf("sys/dev/%s/%u:%u", S_ISBLK(status.st_mode) ? "block" : "char",
			     major(status.st_rdev), minor(status.st_rdev));
}

static size_t choose(const struct file *file, const char *path, const char *use)
{
	struct numalens_dir root;

	numalens_dir_set(&root, "%s", "");
	return numalens_pci_choose(file->pcis, &root, path, use);
}

static void group_use(const struct file *file, const char *group)
{
	char *use = numalens_strf("VFIO group %s", group);
	struct numalens_dir dir;
	size_t nr, i, found = 0;
	char **names;

	numalens_dir_set(&dir, GROUPS_DIR "/%s/devices", group);
	numalens_dir_names(&dir, &names, &nr);
	for (i = 0; i < nr; i++)
		found += numalens_pci_choose(file->pcis, &dir, names[i], use);
	if (!found)
		other_add(file->devuse, use);
	numalens_dir_names_free(names, nr);
	free(use);
}

/* A tap is no PCI device; what is known by name only may be. */
static void net_use(const struct file *file, const char *name)
{
	char *path = numalens_strf("sys/class/net/%s", name), *use;

	use = numalens_strf("network device %s", name);
	if (*name && *name != '.' && !strchr(name, '/') && !choose(file, path, use))
		other_add(file->devuse, name);
	free(use);
	free(path);
}

/* "virtual/net/macvtap0/tap5": the network device has what is below it, its file has not. */
static bool macvtap_use(const struct file *file, const char *path)
{
	static const char net[] = "/virtual/net/";
	const char *from = strstr(path, net);
	char *name;

	if (!from)
		return false;
	from += sizeof(net) - 1;
	name = numalens_strf("%.*s", (int)strcspn(from, "/"), from);
	net_use(file, name);
	free(name);
	return true;
}

/* Terminals, /dev/null and their like are nobody's idea of a device. */
static bool is_worth_a_word(const char *target)
{
	static const char * const names[] = {
		"/dev/vhost-net", "/dev/vhost-vsock", "/dev/vhost-scsi", "/dev/vfio/",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(target, names[i], strlen(names[i])))
			return true;
	return false;
}

static void device_use(const struct file *file, const char *path)
{
	char *use = numalens_strf("%s is open", file->target), *real = NULL, *group;
	struct numalens_dir root;
	bool is_block = !strncmp(path, "sys/dev/block/", 14);

	numalens_dir_set(&root, "%s", "");
	if (!choose(file, path, use) && !numalens_dir_resolve(&root, path, &real)) {
		group = strstr(real, "/virtual/vfio/");
		if (group)
			group_use(file, group + strlen("/virtual/vfio/"));
		else if (!macvtap_use(file, real) &&
			 (is_block || is_worth_a_word(file->target)))
			other_add(file->devuse, file->target);
	}
	free(real);
	free(use);
}

/* "36 25 254:1 / /srv rw,relatime shared:1 - ext4 /dev/vda1 rw": number and place */
static bool mount_of(const struct file *file, const char *id, char *number, size_t size)
{
	const char *line = file->mounts;
	size_t len = strlen(id);

	for (; line && len; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, id, len) || line[len] != ' ')
			continue;
		line += len + 1;
		line += strcspn(line, " ") + 1;
		snprintf(number, size, "%.*s", (int)strcspn(line, " "), line);
		return true;
	}
	return false;
}

/* Some filesystems have a device number of their own, of no device: it begins with 0. */
static void mount_use(const struct file *file, const char *id)
{
	char number[32], *path, *name = NULL, *use;
	struct numalens_dir root;

	if (!mount_of(file, id, number, sizeof(number)) || !strncmp(number, "0:", 2) ||
	    strchr(number, '/'))
		return;
	numalens_dir_set(&root, "%s", "");
	path = numalens_strf("sys/dev/block/%s", number);
	if (!numalens_dir_resolve(&root, path, &name)) {
		use = numalens_strf("open files on %s", strrchr(name, '/') + 1);
		if (!choose(file, path, use))
			other_add(file->devuse, use);
		free(use);
	}
	free(name);
	free(path);
}

static void file_use(const struct file *file, const struct numalens_dir *fds, const char *fd)
{
	char *net = info_of(file->info, "iff"), *vfio = info_of(file->info, "vfio-device-syspath");
	char *mount = info_of(file->info, "mnt_id"), *device = device_of(file, fds, fd);

	if (net)
		net_use(file, net);
	if (vfio)
		choose(file, vfio + strspn(vfio, "/"), "VFIO device");
	if (device)
		device_use(file, device);
	else if (*file->target == '/' && mount)
		mount_use(file, mount);
	free(device);
	free(mount);
	free(vfio);
	free(net);
}

/* Files that are closed while we look are passed over. */
static int files_use(struct file *file, unsigned int pid)
{
	struct numalens_dir fds, infos, dir;
	char **names, *mounts, *info, *target;
	size_t nr, i;
	int ret;

	numalens_dir_set(&fds, "proc/%u/fd", pid);
	numalens_dir_set(&infos, "proc/%u/fdinfo", pid);
	numalens_dir_set(&dir, "proc/%u", pid);
	ret = numalens_dir_names(&fds, &names, &nr);
	if (ret == -ENOENT)
		return numalens_error(NUMALENS_NO_PROCESS, "no such process: %u", pid);
	if (ret)
		return numalens_error_file(&fds, NULL, "read", -ret);
	numalens_dir_read(&dir, "mountinfo", &mounts);
	file->mounts = mounts;
	for (i = 0; i < nr; i++) {
		if (numalens_dir_link(&fds, names[i], &target))
			continue;
		numalens_dir_read(&infos, names[i], &info);
		file->target = target;
		file->info = info;
		file_use(file, &fds, names[i]);
		free(info);
		free(target);
	}
	free(mounts);
	numalens_dir_names_free(names, nr);
	return NUMALENS_OK;
}

/* -device vfio-pci,host=3b:00.0, or sysfsdev=/sys/bus/pci/devices/0000:3b:00.0 */
static void option_use(struct numalens_pcis *pcis, const char *argument)
{
	struct numalens_qemu_option option;
	const char *driver, *host;
	size_t index;

	numalens_qemu_option_parse(&option, argument, "driver");
	driver = numalens_qemu_option_get(&option, "driver");
	host = numalens_qemu_option_get(&option, "host");
	if (!host)
		host = numalens_qemu_option_get(&option, "sysfsdev");
	if (host && strrchr(host, '/'))
		host = strrchr(host, '/') + 1;
	if (driver && host && !strncmp(driver, "vfio-pci", 8) &&
	    numalens_pci_find(pcis, host, &index)) {
		struct numalens_dir dir;

		numalens_dir_set(&dir, "sys/bus/pci/devices");
		numalens_pci_choose(pcis, &dir, pcis->devices[index].address,
				    "QEMU's command line");
	}
	numalens_qemu_option_free(&option);
}

static void command_line_use(struct numalens_pcis *pcis, unsigned int pid)
{
	struct numalens_qemu qemu;
	struct numalens_dir dir;
	char **words;
	size_t nr, i;

	numalens_dir_set(&dir, "proc/%u", pid);
	if (numalens_qemu_read(&qemu, pid) &&
	    !numalens_dir_read_words(&dir, "cmdline", &words, &nr)) {
		for (i = 1; i + 1 < nr; i++)
			if (!strcmp(words[i], "-device") || !strcmp(words[i], "--device"))
				option_use(pcis, words[i + 1]);
		numalens_dir_names_free(words, nr);
	}
	numalens_qemu_free(&qemu);
}

/**
 * numalens_devuse_find() - choose the devices that a process uses
 * @devuse: gets the others; numalens_devuse_free() it, whatever is returned
 * @pcis: devices
 * @pid: process
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_devuse_find(struct numalens_devuse *devuse, struct numalens_pcis *pcis,
			 unsigned int pid)
{
	struct file file = { .devuse = devuse, .pcis = pcis };
	int ret;

	memset(devuse, 0, sizeof(*devuse));
	ret = files_use(&file, pid);
	if (!ret)
		command_line_use(pcis, pid);
	return ret;
}

/**
 * numalens_devuse_free() - end what numalens_devuse_find() gave
 * @devuse: devices
 */
void numalens_devuse_free(struct numalens_devuse *devuse)
{
	numalens_dir_names_free(devuse->others, devuse->nr_others);
}
