/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QEMU_H
#define NUMALENS_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No backend, no cell, no thread, where an index or an id is expected */
#define NUMALENS_QEMU_NONE	SIZE_MAX

/**
 * struct numalens_backend - memory that a guest gets
 * @id: its id
 * @type: what it is made of: "memory-backend-ram", …
 * @path: file or directory of it, or NULL
 * @policy: "default", "bind", "preferred", "interleave"
 * @nodes: host-nodes, a list; "" if there are none
 * @properties: argument of -object, without policy and host-nodes
 * @size: bytes
 * @shared: mapped shared
 * @cell: which cell it is memory of, or NUMALENS_QEMU_NONE
 * @dimm: the device that it is plugged in as, by its id or what it is; NULL: it is what the
 *	cell is made of, or of no use
 * @vmas: which VMAs of the process it is; found by numalens_qemu_vma_find()
 * @nr_vmas: their count
 */
struct numalens_backend {
	char *id;
	char *type;
	char *path;
	char *policy;
	char *nodes;
	char *properties;
	uint64_t size;
	bool shared;
	size_t cell;
	char *dimm;
	size_t *vmas;
	size_t nr_vmas;
};

/**
 * struct numalens_guest_cell - a node of a guest
 * @id: its id
 * @memdev: id of its backend, NULL if it has none
 * @backend: which backend that is, or NUMALENS_QEMU_NONE
 * @cpus: its vCPUs, a list, NULL if the command line has none
 * @has_size: it has memory, by size alone, as old machines do
 */
struct numalens_guest_cell {
	unsigned int id;
	char *memdev;
	size_t backend;
	char *cpus;
	bool has_size;
};

/**
 * struct numalens_vcpu - a CPU of a guest
 * @cell: which cell it is in, or NUMALENS_QEMU_NONE
 * @thread: which thread of the snapshot it is, or NUMALENS_QEMU_NONE
 */
struct numalens_vcpu {
	size_t cell;
	size_t thread;
};

/**
 * struct numalens_smp - how the CPUs of a guest are ordered
 * @cpus: those that are there
 * @max: those that there may be
 * @sockets: sockets
 * @dies: dies of each
 * @cores: cores of each, clusters counted in
 * @threads: threads of each
 */
struct numalens_smp {
	uint64_t cpus;
	uint64_t max;
	uint64_t sockets;
	uint64_t dies;
	uint64_t cores;
	uint64_t threads;
};

/**
 * struct numalens_qemu - a guest, as its command line has it
 * @name: its name, NULL if it has none
 * @backends: in the order in which they are given
 * @nr_backends: their count
 * @cells: in the order in which they are given
 * @nr_cells: their count
 * @has_numa: the cells are from the command line; else there is one, of all there is
 * @smp: its CPUs' order
 * @vcpus: its CPUs
 * @nr_vcpus: their count
 * @vcpu_source: what told the threads: "QMP", "names of threads"; NULL: nothing did
 * @monitors: paths of sockets that speak QMP
 * @nr_monitors: their count
 */
struct numalens_qemu {
	char *name;
	struct numalens_backend *backends;
	size_t nr_backends;
	struct numalens_guest_cell *cells;
	size_t nr_cells;
	bool has_numa;
	struct numalens_smp smp;
	struct numalens_vcpu *vcpus;
	size_t nr_vcpus;
	const char *vcpu_source;
	char **monitors;
	size_t nr_monitors;
};

bool numalens_qemu_read(struct numalens_qemu *qemu, unsigned int pid);
void numalens_qemu_free(struct numalens_qemu *qemu);
size_t numalens_qemu_cell(const struct numalens_qemu *qemu, unsigned int id);
size_t numalens_qemu_backend(const struct numalens_qemu *qemu, const char *id);

#endif /* NUMALENS_QEMU_H */
