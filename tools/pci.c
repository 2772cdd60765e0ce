// SPDX-License-Identifier: GPL-2.0
/*
 * PCI devices, their nodes, and what else of /sys is on top of which of them.
 */
#include "pci.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "number.h"

#define PCI_DIR		"sys/bus/pci/devices"
#define CLASS_BRIDGE	0x06

/* Stacks of devices (RAID on LVM on …) are never as high. */
#define MAX_DEPTH	8

/* Where names are that people know devices by. */
static const char * const name_dirs[] = {
	"sys/class/net", "sys/class/block", "sys/class/nvme", "sys/class/infiniband",
	"sys/class/scsi_host", "sys/bus/virtio/devices",
};

static char *base_of(const struct numalens_dir *dir, const char *link)
{
	char *target, *base = NULL;

	if (!numalens_dir_link(dir, link, &target))
		base = numalens_strdup(strrchr(target, '/') ? strrchr(target, '/') + 1 : target);
	free(target);
	return base;
}

static int nid_read(const struct numalens_dir *dir)
{
	int nid = NUMALENS_PCI_NO_NODE;
	uint64_t value;
	char *text;

	if (!numalens_dir_read(dir, "numa_node", &text) &&
	    !numalens_number_parse_decimal(text, &value) && value <= NUMALENS_MAX_ID)
		nid = value;
	free(text);
	return nid;
}

static void device_free(struct numalens_pci *pci)
{
	free(pci->address);
	free(pci->driver);
	free(pci->physfn);
	numalens_dir_names_free(pci->names, pci->nr_names);
	numalens_dir_names_free(pci->uses, pci->nr_uses);
}

/* One that goes while it is read is left out. */
static void device_add(struct numalens_pcis *pcis, const char *address)
{
	struct numalens_pci pci = { 0 };
	struct numalens_dir dir;

	numalens_dir_set(&dir, PCI_DIR "/%s", address);
	pci.address = numalens_strdup(address);
	pci.nid = nid_read(&dir);
	pci.driver = base_of(&dir, "driver");
	pci.physfn = base_of(&dir, "physfn");
	if (numalens_dir_read_u64(&dir, "class", &pci.class)) {
		device_free(&pci);
		return;
	}
	pcis->devices = numalens_realloc(pcis->devices, pcis->nr + 1, sizeof(*pcis->devices));
	pcis->devices[pcis->nr++] = pci;
}

static void text_add(char ***texts, size_t *nr, const char *text)
{
	size_t i;

	for (i = 0; i < *nr; i++)
		if (!strcmp((*texts)[i], text))
			return;
	*texts = numalens_realloc(*texts, *nr + 1, sizeof(**texts));
	(*texts)[(*nr)++] = numalens_strdup(text);
}

/* The last address in a path is that of the device itself; before it are its bridges. */
static bool find_in_path(const struct numalens_pcis *pcis, const char *path, size_t *index)
{
	char *copy = numalens_strdup(path), *slash;
	bool found = numalens_pci_find(pcis, copy, index);

	while (!found && (slash = strrchr(copy, '/'))) {
		found = numalens_pci_find(pcis, slash + 1, index);
		*slash = '\0';
	}
	free(copy);
	return found;
}

/* A partition says nothing that its disk does not. */
static void names_read(struct numalens_pcis *pcis, const char *where)
{
	struct numalens_dir dir, entry;
	size_t nr, i, index;
	char **names, *path;

	numalens_dir_set(&dir, "%s", where);
	numalens_dir_names(&dir, &names, &nr);
	for (i = 0; i < nr; i++) {
		numalens_dir_set(&entry, "%s/%s", where, names[i]);
		if (!numalens_dir_has(&entry, "partition") &&
		    !numalens_dir_resolve(&dir, names[i], &path)) {
			if (find_in_path(pcis, path, &index))
				text_add(&pcis->devices[index].names,
					 &pcis->devices[index].nr_names, names[i]);
			free(path);
		}
	}
	numalens_dir_names_free(names, nr);
}

/* Addresses are hexadecimal; a domain may have more digits than four. */
static int by_address(const void *a, const void *b)
{
	const char *x = ((const struct numalens_pci *)a)->address;
	const char *y = ((const struct numalens_pci *)b)->address;

	return strlen(x) != strlen(y) ? (int)strlen(x) - (int)strlen(y) : strcmp(x, y);
}

/**
 * numalens_pci_read() - read the machine's PCI devices
 * @pcis: gets them; numalens_pci_free() it, whatever is returned
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_pci_read(struct numalens_pcis *pcis)
{
	struct numalens_dir dir;
	char **names;
	size_t nr, i;
	int ret;

	memset(pcis, 0, sizeof(*pcis));
	numalens_dir_set(&dir, PCI_DIR);
	ret = numalens_dir_names(&dir, &names, &nr);
	if (ret)
		return numalens_error_file(&dir, NULL, "read", -ret);
	for (i = 0; i < nr; i++)
		device_add(pcis, names[i]);
	numalens_dir_names_free(names, nr);
	if (pcis->nr)
		qsort(pcis->devices, pcis->nr, sizeof(*pcis->devices), by_address);
	for (i = 0; i < ARRAY_SIZE(name_dirs); i++)
		names_read(pcis, name_dirs[i]);
	return NUMALENS_OK;
}

/**
 * numalens_pci_free() - end what numalens_pci_read() gave
 * @pcis: devices
 */
void numalens_pci_free(struct numalens_pcis *pcis)
{
	size_t i;

	for (i = 0; i < pcis->nr; i++)
		device_free(&pcis->devices[i]);
	free(pcis->devices);
}

/**
 * numalens_pci_is_bridge() - is it part of the machine's own wiring?
 * @pci: device
 *
 * Return: true if it is.
 */
bool numalens_pci_is_bridge(const struct numalens_pci *pci)
{
	return pci->class >> 16 == CLASS_BRIDGE;
}

/**
 * numalens_pci_names() - write a device's names
 * @pci: device
 *
 * Return: "eth0, virtio2", or "" if it has none; free() it.
 */
char *numalens_pci_names(const struct numalens_pci *pci)
{
	char *text = numalens_strdup("");
	size_t i;

	for (i = 0; i < pci->nr_names; i++)
		numalens_append(&text, "%s%s", i ? ", " : "", pci->names[i]);
	return text;
}

/**
 * numalens_pci_find() - find a device by its address
 * @pcis: devices
 * @address: with the domain or, where that is 0, without
 * @index: gets which it is
 *
 * Return: true if there is one.
 */
bool numalens_pci_find(const struct numalens_pcis *pcis, const char *address, size_t *index)
{
	size_t i;

	for (i = 0; i < pcis->nr; i++) {
		const char *own = pcis->devices[i].address;

		if (strcasecmp(own, address) &&
		    (strncmp(own, "0000:", 5) || strcasecmp(own + 5, address)))
			continue;
		*index = i;
		return true;
	}
	return false;
}

static void index_add(size_t **indices, size_t *nr, size_t index)
{
	size_t i;

	for (i = 0; i < *nr; i++)
		if ((*indices)[i] == index)
			return;
	*indices = numalens_realloc(*indices, *nr + 1, sizeof(**indices));
	(*indices)[(*nr)++] = index;
}

static void below(const struct numalens_pcis *pcis, const struct numalens_dir *dir,
		  const char *name, unsigned int depth, size_t **indices, size_t *nr);

/* Links in a directory whose names begin so lead to what is below. */
static void links_follow(const struct numalens_pcis *pcis, const char *path, const char *prefix,
			 unsigned int depth, size_t **indices, size_t *nr)
{
	struct numalens_dir dir;
	char **names;
	size_t nr_names, i;

	numalens_dir_set(&dir, "%s", path);
	numalens_dir_names(&dir, &names, &nr_names);
	for (i = 0; i < nr_names; i++)
		if (!strncmp(names[i], prefix, strlen(prefix)))
			below(pcis, &dir, names[i], depth + 1, indices, nr);
	numalens_dir_names_free(names, nr_names);
}

/* Where NVMe has more than one path to a disk, that is on a subsystem of controllers. */
static void subsystem_follow(const struct numalens_pcis *pcis, const char *path,
			     unsigned int depth, size_t **indices, size_t *nr)
{
	const char *slash = strrchr(path, '/');
	char *parent;

	if (!slash || !strstr(path, "/nvme-subsystem/"))
		return;
	parent = numalens_strf("%.*s", (int)(slash - path), path);
	links_follow(pcis, parent, "nvme", depth, indices, nr);
	free(parent);
}

static void below(const struct numalens_pcis *pcis, const struct numalens_dir *dir,
		  const char *name, unsigned int depth, size_t **indices, size_t *nr)
{
	char *path, *slaves;
	size_t index;

	if (depth > MAX_DEPTH || numalens_dir_resolve(dir, name, &path))
		return;
	if (find_in_path(pcis, path, &index)) {
		index_add(indices, nr, index);
	} else {
		slaves = numalens_strf("%s/slaves", path);
		links_follow(pcis, slaves, "", depth, indices, nr);
		free(slaves);
		links_follow(pcis, path, "lower_", depth, indices, nr);
		if (!depth)
			subsystem_follow(pcis, path, depth, indices, nr);
	}
	free(path);
}

/**
 * numalens_pci_below() - find the devices that something of /sys is on top of
 * @pcis: devices
 * @dir: directory
 * @name: directory of a device, or link to one, in it
 * @indices: gets which they are; free() it
 *
 * Return: how many: none for a device that is not PCI's; several for a RAID.
 */
size_t numalens_pci_below(const struct numalens_pcis *pcis, const struct numalens_dir *dir,
			  const char *name, size_t **indices)
{
	size_t nr = 0;

	*indices = NULL;
	below(pcis, dir, name, 0, indices, &nr);
	return nr;
}

/**
 * numalens_pci_choose() - choose what something of /sys is on top of
 * @pcis: devices
 * @dir: directory
 * @name: as for numalens_pci_below()
 * @use: how it is used, NULL if there is nothing to say about that
 *
 * Return: how many devices that are.
 */
size_t numalens_pci_choose(struct numalens_pcis *pcis, const struct numalens_dir *dir,
			   const char *name, const char *use)
{
	size_t *indices, nr = numalens_pci_below(pcis, dir, name, &indices), i;

	for (i = 0; i < nr; i++) {
		struct numalens_pci *pci = &pcis->devices[indices[i]];

		pci->is_chosen = true;
		if (use)
			text_add(&pci->uses, &pci->nr_uses, use);
	}
	free(indices);
	return nr;
}

/* The name in /sys of what a user calls a device: a file of /dev may be a link. */
static char *name_of(const char *text)
{
	char *real = *text == '/' && numalens_file_is_live() ? realpath(text, NULL) : NULL;
	const char *from = real ? real : text;
	char *name, *slash;

	name = numalens_strdup(strncmp(from, "/dev/", 5) ? from : from + 5);
	free(real);
	/* "cciss/c0d0" is called "cciss!c0d0" there. */
	for (slash = name; (slash = strchr(slash, '/'));)
		*slash = '!';
	return name;
}

/**
 * numalens_pci_choose_name() - choose what a user means
 * @pcis: devices
 * @name: an address, "eth0", "nvme0n1", "/dev/sda1"
 * @exists: set if there is such a device, of PCI or not
 *
 * Return: how many devices that are.
 */
size_t numalens_pci_choose_name(struct numalens_pcis *pcis, const char *name, bool *exists)
{
	struct numalens_dir dir;
	size_t nr = 0, i, index;
	char *own;

	*exists = numalens_pci_find(pcis, name, &index);
	if (*exists) {
		pcis->devices[index].is_chosen = true;
		return 1;
	}
	own = name_of(name);
	for (i = 0; i < ARRAY_SIZE(name_dirs) && *own && *own != '.' && !nr; i++) {
		numalens_dir_set(&dir, "%s", name_dirs[i]);
		if (!numalens_dir_has(&dir, own))
			continue;
		*exists = true;
		nr = numalens_pci_choose(pcis, &dir, own, NULL);
	}
	free(own);
	return nr;
}
