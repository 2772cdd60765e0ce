// SPDX-License-Identifier: GPL-2.0
/*
 * Devices, and what works with them: what there is, and where, seen from the
 * node of the device.
 */
#include "io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "qemu.h"

/* A node without CPUs is as near as its nearest neighbours that have some. */
static void nearest_add(const struct numalens_topology *topology, size_t index,
			struct numalens_list *home)
{
	const struct numalens_node *node = &topology->nodes[index];
	uint64_t least = UINT64_MAX;
	size_t i;

	if (*node->cpus) {
		numalens_list_add(home, node->nid);
		return;
	}
	for (i = 0; i < topology->nr_nodes && i < node->nr_distances; i++)
		if (*topology->nodes[i].cpus && node->distances[i] < least)
			least = node->distances[i];
	for (i = 0; i < topology->nr_nodes && i < node->nr_distances; i++)
		if (*topology->nodes[i].cpus && node->distances[i] == least)
			numalens_list_add(home, topology->nodes[i].nid);
}

/**
 * numalens_io_home() - find the nodes whose CPUs are near to a device
 * @io: devices
 * @device: which
 * @home: gets the nodes: one, but for a device on a node without CPUs
 *
 * Return: true if that is known.
 */
bool numalens_io_home(const struct numalens_io *io, size_t device, struct numalens_list *home)
{
	const struct numalens_topology *topology = &io->topology;
	int nid = io->pcis.devices[device].nid;
	size_t i;

	memset(home, 0, sizeof(*home));
	for (i = 0; i < topology->nr_nodes; i++)
		if (topology->nr_nodes == 1 || (int)topology->nodes[i].nid == nid)
			nearest_add(topology, i, home);
	return home->nr;
}

/**
 * numalens_io_place() - see where CPUs are
 * @io: devices
 * @home: nodes that are near
 * @cpus: CPUs, a list, or NULL
 *
 * Return: the place.
 */
enum numalens_io_place numalens_io_place(const struct numalens_io *io,
					 const struct numalens_list *home, const char *cpus)
{
	static struct numalens_list nodes;

	numalens_topology_nodes(&io->topology, cpus, &nodes);
	if (!nodes.nr || !home->nr)
		return NUMALENS_IO_UNKNOWN;
	if (numalens_list_is_within(&nodes, home))
		return NUMALENS_IO_HERE;
	return numalens_list_meets(&nodes, home) ? NUMALENS_IO_WIDE : NUMALENS_IO_OUTSIDE;
}

/**
 * numalens_io_irq_place() - see where an interrupt goes to
 * @io: devices
 * @irq: interrupt
 *
 * Return: the place; unknown for one that nobody uses.
 */
enum numalens_io_place numalens_io_irq_place(const struct numalens_io *io,
					     const struct numalens_irq *irq)
{
	static struct numalens_list home;

	if (!numalens_irq_is_used(irq) || !numalens_io_home(io, irq->device, &home))
		return NUMALENS_IO_UNKNOWN;
	return numalens_io_place(io, &home, irq->effective);
}

/**
 * numalens_io_kthread_place() - see where a kernel thread may run
 * @io: devices
 * @kthread: kernel thread
 *
 * Return: the place.
 */
enum numalens_io_place numalens_io_kthread_place(const struct numalens_io *io,
						 const struct numalens_kthread *kthread)
{
	static struct numalens_list home;

	if (kthread->device == NUMALENS_KTHREAD_NO_DEVICE)
		return numalens_io_place(io, &io->home, kthread->task.allowed);
	if (!numalens_io_home(io, kthread->device, &home))
		return NUMALENS_IO_UNKNOWN;
	return numalens_io_place(io, &home, kthread->task.allowed);
}

/**
 * numalens_io_nid() - find the node of a CPU
 * @io: devices
 * @cpu: CPU
 *
 * Return: the node, or -1 if it is unknown.
 */
int numalens_io_nid(const struct numalens_io *io, unsigned int cpu)
{
	static struct numalens_list cpus;
	size_t i;

	for (i = 0; i < io->topology.nr_nodes; i++)
		if (!numalens_list_parse(&cpus, io->topology.nodes[i].cpus) &&
		    numalens_list_has(&cpus, cpu))
			return io->topology.nodes[i].nid;
	return -1;
}

static int machine_read(struct numalens_io *io)
{
	size_t i;
	int ret;

	memset(io, 0, sizeof(*io));
	ret = numalens_topology_read(&io->topology);
	io->nids = numalens_alloc(io->topology.nr_nodes, sizeof(*io->nids));
	for (i = 0; i < io->topology.nr_nodes; i++)
		io->nids[i] = io->topology.nodes[i].nid;
	return ret ? ret : numalens_pci_read(&io->pcis);
}

/* What is to be known of the devices when it is settled which they are. */
static int chosen_read(struct numalens_io *io)
{
	static struct numalens_list home;
	size_t i;

	for (i = 0; i < io->pcis.nr; i++) {
		struct numalens_pci *pci = &io->pcis.devices[i];

		/* A node that is not online has nothing that could be near. */
		if (!numalens_topology_node(&io->topology, pci->nid))
			pci->nid = NUMALENS_PCI_NO_NODE;
		if (!pci->is_chosen)
			continue;
		numalens_irq_read(&io->irqs, &io->pcis, i, !io->is_all);
		if (!numalens_io_home(io, i, &home)) {
			io->nr_unknown++;
			continue;
		}
		numalens_list_add_all(&io->home, &home);
		if (pci->nid != NUMALENS_PCI_NO_NODE)
			numalens_list_add(&io->nodes, pci->nid);
	}
	if (!io->nodes.nr)
		io->nodes = io->home;
	return numalens_kthread_read(&io->kthreads, &io->pcis, &io->irqs, io->pid);
}

/**
 * numalens_io_read_all() - read all devices
 * @io: gets them; numalens_io_free() it, whatever is returned
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_io_read_all(struct numalens_io *io)
{
	int ret = machine_read(io);
	size_t i;

	io->is_all = true;
	for (i = 0; i < io->pcis.nr; i++)
		io->pcis.devices[i].is_chosen = true;
	return ret ? ret : chosen_read(io);
}

/**
 * numalens_io_read_device() - read a device
 * @io: gets it; numalens_io_free() it, whatever is returned
 * @name: its address, or a name of it or of what is on top of it
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_io_read_device(struct numalens_io *io, const char *name)
{
	int ret = machine_read(io);
	bool exists;

	if (ret)
		return ret;
	if (numalens_pci_choose_name(&io->pcis, name, &exists))
		return chosen_read(io);
	return numalens_error(NUMALENS_USAGE, exists ?
			      "%s is no PCI device, nor on top of one" :
			      "there is no device %s; see numalens io", name);
}

static int threads_read(struct numalens_io *io)
{
	struct numalens_dir dir;
	unsigned int *tids;
	size_t nr, i;
	int ret;

	numalens_dir_set(&dir, "proc/%u/task", io->pid);
	ret = numalens_dir_ids(&dir, "", &tids, &nr);
	if (ret)
		return ret;
	io->threads = numalens_alloc(nr, sizeof(*io->threads));
	for (i = 0; i < nr; i++) {
		numalens_dir_set(&dir, "proc/%u/task/%u", io->pid, tids[i]);
		if (numalens_task_read(&io->threads[io->nr_threads], &dir))
			numalens_task_free(&io->threads[io->nr_threads]);
		else
			io->nr_threads++;
	}
	free(tids);
	return io->nr_threads ? 0 : -ESRCH;
}

static int process_check(struct numalens_io *io, unsigned int pid)
{
	struct numalens_dir dir;
	struct numalens_task task;
	int ret;

	io->pid = pid;
	numalens_dir_set(&dir, "proc/%u", pid);
	ret = numalens_task_read(&task, &dir);
	if (!ret && task.is_kernel) {
		ret = numalens_error(NUMALENS_NO_PROCESS, "%u is a kernel thread: it opens nothing",
				     pid);
	} else if (!ret) {
		io->comm = numalens_strdup(task.comm);
		ret = threads_read(io);
		if (ret)
			ret = numalens_error(NUMALENS_NO_PROCESS, "no such process: %u", pid);
	} else if (ret == -ENOENT || ret == -ESRCH) {
		ret = numalens_error(NUMALENS_NO_PROCESS, "no such process: %u", pid);
	} else {
		ret = numalens_error_file(&dir, NULL, "read", -ret);
	}
	numalens_task_free(&task);
	return ret;
}

/* That it is not watched, or the module not there, is no error: the rest is worth showing. */
static int memory_read(struct numalens_io *io)
{
	struct numalens_qemu qemu;
	int ret = NUMALENS_OK;

	if (numalens_qemu_read(&qemu, io->pid))
		io->nr_cells = qemu.nr_cells;
	numalens_qemu_free(&qemu);
	if (!numalens_reader_is_watched(io->pid))
		return NUMALENS_OK;
	ret = numalens_reader_check_module();
	if (!ret)
		ret = numalens_reader_process(&io->process, io->pid, NUMALENS_SCAN_STALE);
	io->is_watched = !ret && io->process.state && strcmp(io->process.state, "exited");
	return ret;
}

/**
 * numalens_io_read_process() - read a process and the devices that it uses
 * @io: gets them; numalens_io_free() it, whatever is returned
 * @pid: process
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_io_read_process(struct numalens_io *io, unsigned int pid)
{
	int ret = machine_read(io);

	if (!ret)
		ret = process_check(io, pid);
	if (!ret)
		ret = numalens_devuse_find(&io->devuse, &io->pcis, pid);
	if (!ret)
		ret = memory_read(io);
	return ret ? ret : chosen_read(io);
}

/**
 * numalens_io_free() - end what was read
 * @io: devices
 */
void numalens_io_free(struct numalens_io *io)
{
	size_t i;

	for (i = 0; i < io->nr_threads; i++)
		numalens_task_free(&io->threads[i]);
	for (i = 0; i < io->nr_findings; i++)
		free(io->findings[i].text);
	free(io->threads);
	free(io->findings);
	free(io->nids);
	free(io->comm);
	numalens_dir_names_free(io->lines, io->nr_lines);
	numalens_reader_process_free(&io->process);
	numalens_devuse_free(&io->devuse);
	numalens_kthread_free(&io->kthreads);
	numalens_irq_free(&io->irqs);
	numalens_pci_free(&io->pcis);
	numalens_topology_free(&io->topology);
}
