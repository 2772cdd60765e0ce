/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PCI_H
#define NUMALENS_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numalens_dir;

/* The node of a device whose firmware does not tell it; the kernel calls it so, too */
#define NUMALENS_PCI_NO_NODE	(-1)

/**
 * struct numalens_pci - a PCI device
 * @address: "0000:3b:00.0"
 * @nid: its node, or NUMALENS_PCI_NO_NODE
 * @class: what it is, as PCI numbers such
 * @driver: its driver, NULL if it has none
 * @physfn: address of the function that it is a virtual one of, NULL if it is none
 * @names: what it is called otherwise: "eth0", "nvme0n1", "virtio2"
 * @nr_names: their count
 * @uses: how it is used by what was asked for
 * @nr_uses: their count
 * @is_chosen: it is, or is used by, what was asked for
 */
struct numalens_pci {
	char *address;
	int nid;
	uint64_t class;
	char *driver;
	char *physfn;
	char **names;
	size_t nr_names;
	char **uses;
	size_t nr_uses;
	bool is_chosen;
};

/**
 * struct numalens_pcis - the PCI devices of the machine
 * @devices: devices, by address
 * @nr: their count
 */
struct numalens_pcis {
	struct numalens_pci *devices;
	size_t nr;
};

int numalens_pci_read(struct numalens_pcis *pcis);
void numalens_pci_free(struct numalens_pcis *pcis);
bool numalens_pci_is_bridge(const struct numalens_pci *pci);
char *numalens_pci_names(const struct numalens_pci *pci);
bool numalens_pci_find(const struct numalens_pcis *pcis, const char *address, size_t *index);
size_t numalens_pci_below(const struct numalens_pcis *pcis, const struct numalens_dir *dir,
			  const char *name, size_t **indices);
size_t numalens_pci_choose(struct numalens_pcis *pcis, const struct numalens_dir *dir,
			   const char *name, const char *use);
size_t numalens_pci_choose_name(struct numalens_pcis *pcis, const char *name, bool *exists);

#endif /* NUMALENS_PCI_H */
