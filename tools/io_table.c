// SPDX-License-Identifier: GPL-2.0
/*
 * Devices, interrupts, kernel threads and threads as tables.
 */
#include "io_table.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "io.h"

enum {
	DEV_ADDRESS,
	DEV_NODE,
	DEV_IRQS,
	DEV_ELSEWHERE,
	DEV_KTHREADS,
	DEV_DRIVER,
	DEV_NAMES,
	/* for programs only */
	DEV_NID,
	DEV_CLASS,
	DEV_PHYSFN,
	/* where they were chosen only */
	DEV_USES,
	NR_DEV_COLUMNS,
};

static const struct numalens_column device_columns[NR_DEV_COLUMNS] = {
	[DEV_ADDRESS]	= { "DEVICE", "address", 0 },
	[DEV_NODE]	= { "NODE", NULL, NUMALENS_COLUMN_RIGHT },
	[DEV_IRQS]	= { "IRQS", "nr_irqs", NUMALENS_COLUMN_RIGHT },
	[DEV_ELSEWHERE]	= { "ELSEWHERE", "nr_irqs_elsewhere", NUMALENS_COLUMN_RIGHT },
	[DEV_KTHREADS]	= { "KTHREADS", "nr_kthreads", NUMALENS_COLUMN_RIGHT },
	[DEV_DRIVER]	= { "DRIVER", "driver", 0 },
	[DEV_NAMES]	= { "NAMES", "names", NUMALENS_COLUMN_FOLD },
	[DEV_NID]	= { NULL, "nid", 0 },
	[DEV_CLASS]	= { NULL, "class", 0 },
	[DEV_PHYSFN]	= { NULL, "physical_function", 0 },
	[DEV_USES]	= { "USED", "used_as", NUMALENS_COLUMN_FOLD },
};

const struct numalens_column_set numalens_io_columns = { device_columns, NR_DEV_COLUMNS };

enum {
	IRQ_NUMBER,
	IRQ_DEVICE,
	IRQ_EFFECTIVE,
	IRQ_ALLOWED,
	IRQ_NODES,
	IRQ_PLACE,
	IRQ_MANAGED,
	IRQ_ACTIONS,
	NR_IRQ_COLUMNS,
};

static const struct numalens_column irq_columns[NR_IRQ_COLUMNS] = {
	[IRQ_NUMBER]	= { "IRQ", "irq", NUMALENS_COLUMN_RIGHT },
	[IRQ_DEVICE]	= { "DEVICE", NULL, 0 },
	[IRQ_EFFECTIVE]	= { "CPUS", NULL, 0 },
	[IRQ_ALLOWED]	= { "ALLOWED", NULL, 0 },
	[IRQ_NODES]	= { "NODES", NULL, 0 },
	[IRQ_PLACE]	= { "PLACE", "place", 0 },
	[IRQ_MANAGED]	= { "MANAGED", NULL, 0 },
	[IRQ_ACTIONS]	= { "HANDLERS", "handlers", NUMALENS_COLUMN_FOLD },
};

enum {
	TASK_TID,
	TASK_CPU,
	TASK_NID,
	TASK_ALLOWED,
	TASK_PLACE,
	TASK_COMM,
	NR_TASK_COLUMNS,
};

static const struct numalens_column task_columns[NR_TASK_COLUMNS] = {
	[TASK_TID]	= { "KTHREAD", "tid", NUMALENS_COLUMN_RIGHT },
	[TASK_CPU]	= { "CPU", "cpu", NUMALENS_COLUMN_RIGHT },
	[TASK_NID]	= { "NODE", "nid", NUMALENS_COLUMN_RIGHT },
	[TASK_ALLOWED]	= { "ALLOWED", NULL, 0 },
	[TASK_PLACE]	= { "PLACE", "place", 0 },
	[TASK_COMM]	= { "NAME", "comm", NUMALENS_COLUMN_FOLD },
};

static const struct numalens_column place_columns[] = {
	{ "", NULL, 0 },
	{ "N", NULL, NUMALENS_COLUMN_NODES },
};

static const char * const places[] = {
	[NUMALENS_IO_UNKNOWN]	= NULL,
	[NUMALENS_IO_HERE]	= "here",
	[NUMALENS_IO_WIDE]	= "partly",
	[NUMALENS_IO_OUTSIDE]	= "elsewhere",
};

static const char * const managed[] = {
	[NUMALENS_IRQ_UNSURE]	= NULL,
	[NUMALENS_IRQ_MOVABLE]	= "no",
	[NUMALENS_IRQ_MANAGED]	= "yes",
};

static void number_set(struct numalens_table *table, size_t column, uint64_t value)
{
	numalens_table_set(table, column, 0, NUMALENS_VALUE_COUNT, value);
}

static void device_counts_set(struct numalens_table *table, const struct numalens_io *io,
			      size_t device)
{
	static struct numalens_list home;
	size_t i, nr_irqs = 0, nr_elsewhere = 0, nr_kthreads = 0;

	for (i = 0; i < io->irqs.nr; i++) {
		if (io->irqs.irqs[i].device != device)
			continue;
		nr_irqs += numalens_irq_is_used(&io->irqs.irqs[i]);
		nr_elsewhere += numalens_io_irq_place(io, &io->irqs.irqs[i]) > NUMALENS_IO_HERE;
	}
	for (i = 0; i < io->kthreads.nr; i++)
		nr_kthreads += io->kthreads.threads[i].device == device;
	number_set(table, DEV_IRQS, nr_irqs);
	number_set(table, DEV_KTHREADS, nr_kthreads);
	if (numalens_io_home(io, device, &home))
		number_set(table, DEV_ELSEWHERE, nr_elsewhere);
}

static void device_row(struct numalens_table *table, const struct numalens_io *io, size_t device,
		       bool uses)
{
	const struct numalens_pci *pci = &io->pcis.devices[device];
	char *names = numalens_pci_names(pci), *node;
	size_t i;

	numalens_table_row_add(table);
	numalens_table_text_set(table, DEV_ADDRESS, pci->address);
	if (pci->nid == NUMALENS_PCI_NO_NODE) {
		numalens_table_text_set(table, DEV_NODE, "unknown");
	} else {
		node = numalens_strf("%d", pci->nid);
		numalens_table_text_set(table, DEV_NODE, node);
		free(node);
		number_set(table, DEV_NID, pci->nid);
	}
	device_counts_set(table, io, device);
	if (pci->driver)
		numalens_table_text_set(table, DEV_DRIVER, pci->driver);
	if (*names)
		numalens_table_text_set(table, DEV_NAMES, names);
	free(names);
	number_set(table, DEV_CLASS, pci->class);
	if (pci->physfn)
		numalens_table_text_set(table, DEV_PHYSFN, pci->physfn);
	if (!uses || !pci->nr_uses)
		return;
	names = numalens_strdup("(");
	for (i = 0; i < pci->nr_uses; i++)
		numalens_append(&names, "%s%s", i ? "; " : "", pci->uses[i]);
	numalens_append(&names, ")");
	numalens_table_text_set(table, DEV_USES, names);
	free(names);
}

/**
 * numalens_io_table_devices() - chosen devices as a table
 * @io: devices
 * @all: also bridges, and such as have no driver
 * @uses: also what a process uses them as
 * @nr_hidden: gets how many devices of the machine are not in it
 *
 * Return: the table.
 */
struct numalens_table *numalens_io_table_devices(const struct numalens_io *io, bool all,
						 bool uses, size_t *nr_hidden)
{
	struct numalens_table *table;
	size_t i;

	table = numalens_table_alloc(device_columns, uses ? NR_DEV_COLUMNS : DEV_USES, NULL, 0);
	*nr_hidden = io->pcis.nr;
	for (i = 0; i < io->pcis.nr; i++) {
		const struct numalens_pci *pci = &io->pcis.devices[i];

		if (!pci->is_chosen || (!all && (numalens_pci_is_bridge(pci) || !pci->driver)))
			continue;
		device_row(table, io, i, uses);
		--*nr_hidden;
	}
	return table;
}

/**
 * numalens_io_table_irqs() - interrupts as a table
 * @io: devices
 * @device: whose, or NUMALENS_IO_ALL
 *
 * Return: the table.
 */
struct numalens_table *numalens_io_table_irqs(const struct numalens_io *io, size_t device)
{
	struct numalens_table *table = numalens_table_alloc(irq_columns, NR_IRQ_COLUMNS, NULL, 0);
	static struct numalens_list nodes;
	size_t i;

	for (i = 0; i < io->irqs.nr; i++) {
		const struct numalens_irq *irq = &io->irqs.irqs[i];
		bool is_used = numalens_irq_is_used(irq);
		char *list;

		if (device != NUMALENS_IO_ALL && irq->device != device)
			continue;
		numalens_topology_nodes(&io->topology, irq->effective, &nodes);
		list = numalens_list_format(&nodes);
		numalens_table_row_add(table);
		number_set(table, IRQ_NUMBER, irq->number);
		numalens_table_text_set(table, IRQ_DEVICE, io->pcis.devices[irq->device].address);
		numalens_table_text_set(table, IRQ_EFFECTIVE, irq->effective);
		numalens_table_text_set(table, IRQ_ALLOWED, irq->allowed);
		numalens_table_text_set(table, IRQ_NODES, irq->effective ? list : NULL);
		numalens_table_text_set(table, IRQ_PLACE, is_used ?
					places[numalens_io_irq_place(io, irq)] :
					irq->effective ? "unused" : NULL);
		numalens_table_text_set(table, IRQ_MANAGED, managed[irq->mobility]);
		numalens_table_text_set(table, IRQ_ACTIONS, irq->actions);
		free(list);
	}
	return table;
}

static void task_row(struct numalens_table *table, const struct numalens_io *io,
		     const struct numalens_task *task, enum numalens_io_place place)
{
	int nid = numalens_io_nid(io, task->cpu);

	numalens_table_row_add(table);
	number_set(table, TASK_TID, task->tid);
	number_set(table, TASK_CPU, task->cpu);
	if (nid >= 0)
		number_set(table, TASK_NID, nid);
	numalens_table_text_set(table, TASK_ALLOWED, task->allowed);
	numalens_table_text_set(table, TASK_PLACE, places[place]);
	numalens_table_text_set(table, TASK_COMM, task->comm);
}

/**
 * numalens_io_table_kthreads() - kernel threads as a table
 * @io: devices
 * @device: whose, or NUMALENS_IO_ALL, or NUMALENS_KTHREAD_NO_DEVICE: the process's
 *
 * Return: the table.
 */
struct numalens_table *numalens_io_table_kthreads(const struct numalens_io *io, size_t device)
{
	struct numalens_table *table = numalens_table_alloc(task_columns, NR_TASK_COLUMNS,
							    NULL, 0);
	size_t i;

	for (i = 0; i < io->kthreads.nr; i++) {
		const struct numalens_kthread *kthread = &io->kthreads.threads[i];

		if (device == NUMALENS_IO_ALL || kthread->device == device)
			task_row(table, io, &kthread->task,
				 numalens_io_kthread_place(io, kthread));
	}
	return table;
}

/**
 * numalens_io_table_threads() - threads of the process as a table
 * @io: devices and process
 *
 * Return: the table.
 */
struct numalens_table *numalens_io_table_threads(const struct numalens_io *io)
{
	struct numalens_table *table = numalens_table_alloc(task_columns, NR_TASK_COLUMNS,
							    NULL, 0);
	size_t i;

	for (i = 0; i < io->nr_threads; i++)
		task_row(table, io, &io->threads[i],
			 numalens_io_place(io, &io->home, io->threads[i].allowed));
	return table;
}

/**
 * numalens_io_pages() - memory of the process on a node
 * @io: devices and process
 * @nid: id of the node
 *
 * Return: base pages.
 */
uint64_t numalens_io_pages(const struct numalens_io *io, unsigned int nid)
{
	const struct numalens_snapshot *s = &io->process.snapshot;
	size_t i;

	for (i = 0; i < s->header.nr_nodes; i++)
		if (numalens_snapshot_nid(s, i) == nid)
			return numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, i);
	return 0;
}

/* How many of a kind there are on a node */
static uint64_t devices_on(const struct numalens_io *io, unsigned int nid)
{
	uint64_t nr = 0;
	size_t i;

	for (i = 0; i < io->pcis.nr; i++)
		nr += io->pcis.devices[i].is_chosen &&
		      (io->pcis.devices[i].nid == (int)nid || io->topology.nr_nodes == 1);
	return nr;
}

static uint64_t irqs_on(const struct numalens_io *io, unsigned int nid)
{
	static struct numalens_list nodes;
	uint64_t nr = 0;
	size_t i;

	for (i = 0; i < io->irqs.nr; i++) {
		if (!numalens_irq_is_used(&io->irqs.irqs[i]))
			continue;
		numalens_topology_nodes(&io->topology, io->irqs.irqs[i].effective, &nodes);
		nr += numalens_list_has(&nodes, nid);
	}
	return nr;
}

static uint64_t kthreads_on(const struct numalens_io *io, unsigned int nid)
{
	uint64_t nr = 0;
	size_t i;

	for (i = 0; i < io->kthreads.nr; i++)
		nr += numalens_io_nid(io, io->kthreads.threads[i].task.cpu) == (int)nid;
	return nr;
}

static uint64_t threads_on(const struct numalens_io *io, unsigned int nid)
{
	uint64_t nr = 0;
	size_t i;

	for (i = 0; i < io->nr_threads; i++)
		nr += numalens_io_nid(io, io->threads[i].cpu) == (int)nid;
	return nr;
}

/**
 * numalens_io_table_places() - how much there is on each node
 * @io: devices
 *
 * Return: the table.
 */
struct numalens_table *numalens_io_table_places(const struct numalens_io *io)
{
	const struct {
		const char *name;
		uint64_t (*count)(const struct numalens_io *io, unsigned int nid);
		enum numalens_value type;
		bool wanted;
	} rows[] = {
		{ "devices", devices_on, NUMALENS_VALUE_COUNT, true },
		{ "interrupts", irqs_on, NUMALENS_VALUE_COUNT, io->irqs.nr },
		{ "kernel threads, last", kthreads_on, NUMALENS_VALUE_COUNT, io->kthreads.nr },
		{ "threads, last", threads_on, NUMALENS_VALUE_COUNT, io->pid },
		{ "memory, MiB", numalens_io_pages, NUMALENS_VALUE_PAGES, io->is_watched },
	};
	size_t nr = io->topology.nr_nodes, row, node;
	struct numalens_table *table = numalens_table_alloc(place_columns,
							    ARRAY_SIZE(place_columns), io->nids,
							    nr);

	if (io->is_watched)
		numalens_table_page_size_set(table, io->process.snapshot.header.page_size);
	for (row = 0; row < ARRAY_SIZE(rows); row++) {
		if (!rows[row].wanted)
			continue;
		numalens_table_row_add(table);
		numalens_table_text_set(table, 0, rows[row].name);
		for (node = 0; node < nr; node++)
			numalens_table_set(table, 1, node, rows[row].type,
					   rows[row].count(io, io->nids[node]));
	}
	return table;
}
