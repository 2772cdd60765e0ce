/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_IO_H
#define NUMALENS_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devuse.h"
#include "irq.h"
#include "kthread.h"
#include "number.h"
#include "pci.h"
#include "reader.h"
#include "topology.h"

/**
 * enum numalens_io_place - where something is, seen from a device
 * @NUMALENS_IO_UNKNOWN: it is not known where the one or the other is
 * @NUMALENS_IO_HERE: on the node of the device
 * @NUMALENS_IO_WIDE: there, and elsewhere
 * @NUMALENS_IO_OUTSIDE: elsewhere
 */
enum numalens_io_place {
	NUMALENS_IO_UNKNOWN,
	NUMALENS_IO_HERE,
	NUMALENS_IO_WIDE,
	NUMALENS_IO_OUTSIDE,
};

/**
 * struct numalens_io_finding - something to be said
 * @is_wrong: something is on another node than the device
 * @subject: what it is about: "interrupts", "kernel threads", "threads", "memory", "devices"
 * @text: what it is
 */
struct numalens_io_finding {
	bool is_wrong;
	const char *subject;
	char *text;
};

/**
 * struct numalens_io - devices, and what works with them
 * @topology: the machine
 * @nids: ids of its nodes
 * @pcis: its devices; those that are looked at are chosen
 * @is_all: all of them are
 * @irqs: interrupts of these
 * @kthreads: kernel threads of these, and of the process
 * @pid: the process that uses them; 0 if it is about devices alone
 * @comm: its name
 * @devuse: what else it uses
 * @threads: its threads
 * @nr_threads: their count
 * @process: what the module knows of it
 * @is_watched: it does
 * @nr_cells: cells of the guest that it is, 0 if it is none
 * @nodes: nodes of the chosen devices
 * @home: those of them that have CPUs; for such as have none, the nearest that do
 * @nr_unknown: chosen devices whose node is not known
 * @findings: findings
 * @nr_findings: their count
 * @nr_wrong: of these, such as are wrong
 * @lines: lines for the shell that would put it right
 * @nr_lines: their count
 */
struct numalens_io {
	struct numalens_topology topology;
	uint32_t *nids;
	struct numalens_pcis pcis;
	bool is_all;
	struct numalens_irqs irqs;
	struct numalens_kthreads kthreads;
	unsigned int pid;
	char *comm;
	struct numalens_devuse devuse;
	struct numalens_task *threads;
	size_t nr_threads;
	struct numalens_process process;
	bool is_watched;
	size_t nr_cells;
	struct numalens_list nodes;
	struct numalens_list home;
	size_t nr_unknown;
	struct numalens_io_finding *findings;
	size_t nr_findings;
	size_t nr_wrong;
	char **lines;
	size_t nr_lines;
};

int numalens_io_read_all(struct numalens_io *io);
int numalens_io_read_device(struct numalens_io *io, const char *name);
int numalens_io_read_process(struct numalens_io *io, unsigned int pid);
void numalens_io_free(struct numalens_io *io);
bool numalens_io_home(const struct numalens_io *io, size_t device, struct numalens_list *home);
enum numalens_io_place numalens_io_place(const struct numalens_io *io,
					 const struct numalens_list *home, const char *cpus);
enum numalens_io_place numalens_io_irq_place(const struct numalens_io *io,
					     const struct numalens_irq *irq);
enum numalens_io_place numalens_io_kthread_place(const struct numalens_io *io,
						 const struct numalens_kthread *kthread);
int numalens_io_nid(const struct numalens_io *io, unsigned int cpu);

#endif /* NUMALENS_IO_H */
