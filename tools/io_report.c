// SPDX-License-Identifier: GPL-2.0
/*
 * Devices, what works with them, and the verdict, to people and to programs.
 */
#include "io_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "io.h"
#include "io_judge.h"
#include "io_table.h"
#include "output.h"

#define INDENT	9

/* What can be done where the firmware does not say on which node a device is. */
static void unknown_print(const struct numalens_io *io)
{
	if (!io->nr_unknown)
		return;
	putchar('\n');
	numalens_output_wrap("", 0, io->topology.guest == 1 ?
		"unknown: the kernel gives such devices the node -1, for the firmware does not say "
		"which it is: ACPI has no _PXM for them or for a bridge above. In a guest: put "
		"them behind a host bridge that belongs to a node; for QEMU that is -device "
		"pxb-pcie,numa_node=N (pxb on a pc), for libvirt a controller "
		"pcie-expander-bus with <target><node>N</node></target>." :
		"unknown: the kernel gives such devices the node -1, for the firmware does not say "
		"which it is: ACPI has no _PXM for them or for a bridge above, or one that is not "
		"in its SRAT. Look for an update of the firmware, and whether NUMA is switched "
		"off, or nodes are interleaved, in its set-up. Who knows the node can write it "
		"to /sys/bus/pci/devices/ADDRESS/numa_node.");
}

/**
 * numalens_io_print_list() - show the devices of the machine to people
 * @io: devices
 */
void numalens_io_print_list(const struct numalens_io *io)
{
	size_t nr_hidden;
	struct numalens_table *table = numalens_io_table_devices(io, false, false, &nr_hidden);
	char *text;

	if (nr_hidden < io->pcis.nr)
		numalens_table_print(table);
	text = numalens_strf("%zu of %zu PCI devices; the others are bridges, or have no driver. "
			     "ELSEWHERE: interrupts that go to CPUs of other nodes. KTHREADS: "
			     "kernel threads that work for it for sure",
			     io->pcis.nr - nr_hidden, io->pcis.nr);
	if (nr_hidden < io->pcis.nr)
		putchar('\n');
	numalens_output_wrap("", 0, text);
	unknown_print(io);
	free(text);
	numalens_table_free(table);
}

static void title_print(const struct numalens_io *io)
{
	char *clean;

	if (!io->pid)
		return;
	clean = numalens_output_clean(io->comm);
	printf("%s (pid %u)\n\n", clean, io->pid);
	free(clean);
}

static void used_print(const struct numalens_io *io)
{
	size_t nr_hidden, i;
	struct numalens_table *table = numalens_io_table_devices(io, true, io->pid, &nr_hidden);
	char *text = numalens_strdup(""), *clean;

	if (nr_hidden < io->pcis.nr) {
		numalens_table_print(table);
		putchar('\n');
	}
	numalens_table_free(table);
	for (i = 0; i < io->devuse.nr_others; i++)
		numalens_append(&text, "%s%s", i ? ", " : "", io->devuse.others[i]);
	clean = numalens_output_clean(text);
	if (*clean) {
		numalens_output_wrap("besides  ", INDENT, clean);
		putchar('\n');
	}
	free(clean);
	free(text);
}

static void table_print(struct numalens_table *table, size_t nr, const char *head)
{
	if (nr) {
		if (head)
			puts(head);
		numalens_table_print(table);
		putchar('\n');
	}
	numalens_table_free(table);
}

static void finding_print(const struct numalens_io_finding *finding)
{
	const char *head = finding->is_wrong ? "wrong" : "warning";
	char *clean = numalens_output_clean(finding->text ? finding->text : "");

	numalens_output_tone(finding->is_wrong ? NUMALENS_TONE_BAD : NUMALENS_TONE_HEAD, head);
	numalens_output_wrap_at(strlen(head), INDENT, clean);
	free(clean);
}

static void lines_print(const struct numalens_io *io)
{
	size_t i;

	if (!io->nr_lines)
		return;
	puts("\nto put it right while it runs:");
	for (i = 0; i < io->nr_lines; i++)
		printf("  %s\n", io->lines[i]);
}

/**
 * numalens_io_print() - show chosen devices, and the verdict, to people
 * @io: devices, judged
 */
void numalens_io_print(const struct numalens_io *io)
{
	char *verdict = numalens_io_verdict(io);
	size_t i;

	title_print(io);
	used_print(io);
	table_print(numalens_io_table_places(io), io->pid || io->irqs.nr, NULL);
	table_print(numalens_io_table_irqs(io, NUMALENS_IO_ALL), io->irqs.nr, NULL);
	table_print(numalens_io_table_kthreads(io, NUMALENS_IO_ALL), io->kthreads.nr, NULL);
	if (io->pid && !io->is_watched) {
		char *text = numalens_strf("where its memory lies is not known here: it is not "
					   "watched; numalens watch %u changes that", io->pid);

		numalens_output_wrap("note", INDENT, text);
		free(text);
	}
	for (i = 0; i < io->nr_findings; i++)
		finding_print(&io->findings[i]);
	if (io->nr_findings || (io->pid && !io->is_watched))
		putchar('\n');
	numalens_output_wrap("", 0, verdict);
	lines_print(io);
	unknown_print(io);
	free(verdict);
}

static struct json_object *texts_json(char *const *texts, size_t nr)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_object_array_add(array, numalens_output_json_text(texts[i]));
	return array;
}

static struct json_object *table_json(struct numalens_table *table)
{
	struct json_object *array = numalens_table_json(table);

	numalens_table_free(table);
	return array;
}

/* What a cell of a table can't be: lists, and what is true or false. */
static struct json_object *irqs_json(const struct numalens_io *io, size_t device)
{
	struct json_object *array = table_json(numalens_io_table_irqs(io, device)), *object;
	static struct numalens_list nodes;
	size_t i, row = 0;
	char *list;

	for (i = 0; i < io->irqs.nr; i++) {
		const struct numalens_irq *irq = &io->irqs.irqs[i];

		if (irq->device != device)
			continue;
		object = json_object_array_get_idx(array, row++);
		numalens_topology_nodes(&io->topology, irq->effective, &nodes);
		list = numalens_list_format(&nodes);
		json_object_object_add(object, "effective_cpus",
				       numalens_output_json_list(irq->effective));
		json_object_object_add(object, "allowed_cpus",
				       numalens_output_json_list(irq->allowed));
		json_object_object_add(object, "nodes", irq->effective ?
				       numalens_output_json_list(list) : NULL);
		json_object_object_add(object, "managed", irq->mobility == NUMALENS_IRQ_UNSURE ?
				       NULL : json_object_new_boolean(irq->mobility ==
								      NUMALENS_IRQ_MANAGED));
		free(list);
	}
	return array;
}

static void allowed_json(struct json_object *array, size_t row, const struct numalens_task *task)
{
	json_object_object_add(json_object_array_get_idx(array, row), "allowed_cpus",
			       numalens_output_json_list(task->allowed));
}

static struct json_object *kthreads_json(const struct numalens_io *io, size_t device)
{
	struct json_object *array = table_json(numalens_io_table_kthreads(io, device));
	size_t i, row = 0;

	for (i = 0; i < io->kthreads.nr; i++)
		if (io->kthreads.threads[i].device == device)
			allowed_json(array, row++, &io->kthreads.threads[i].task);
	return array;
}

static struct json_object *threads_json(const struct numalens_io *io)
{
	struct json_object *array = table_json(numalens_io_table_threads(io));
	size_t i;

	for (i = 0; i < io->nr_threads; i++)
		allowed_json(array, i, &io->threads[i]);
	return array;
}

static struct json_object *devices_json(const struct numalens_io *io)
{
	size_t nr_hidden, i, row = 0;
	struct json_object *array, *object;

	array = table_json(numalens_io_table_devices(io, true, true, &nr_hidden));
	for (i = 0; i < io->pcis.nr; i++) {
		const struct numalens_pci *pci = &io->pcis.devices[i];

		if (!pci->is_chosen)
			continue;
		object = json_object_array_get_idx(array, row++);
		json_object_object_add(object, "names", texts_json(pci->names, pci->nr_names));
		json_object_object_add(object, "used_as", texts_json(pci->uses, pci->nr_uses));
		json_object_object_add(object, "interrupts", irqs_json(io, i));
		json_object_object_add(object, "kernel_threads", kthreads_json(io, i));
	}
	return array;
}

static struct json_object *process_json(const struct numalens_io *io)
{
	struct json_object *object = json_object_new_object(), *memory = NULL;
	size_t i;

	json_object_object_add(object, "pid", json_object_new_int64(io->pid));
	json_object_object_add(object, "comm", numalens_output_json_text(io->comm));
	json_object_object_add(object, "watched", json_object_new_boolean(io->is_watched));
	json_object_object_add(object, "other_devices",
			       texts_json(io->devuse.others, io->devuse.nr_others));
	if (io->is_watched)
		memory = json_object_new_array();
	for (i = 0; i < io->topology.nr_nodes && io->is_watched; i++)
		json_object_array_add(memory, json_object_new_uint64(
				      numalens_io_pages(io, io->topology.nodes[i].nid)));
	json_object_object_add(object, "resident_pages", memory);
	json_object_object_add(object, "page_size_bytes", io->is_watched ?
			       json_object_new_int64(io->process.snapshot.header.page_size) : NULL);
	json_object_object_add(object, "threads", threads_json(io));
	json_object_object_add(object, "kernel_threads",
			       kthreads_json(io, NUMALENS_KTHREAD_NO_DEVICE));
	return object;
}

static void verdict_json(const struct numalens_io *io, struct json_object *object)
{
	struct json_object *array = json_object_new_array(), *finding;
	char *verdict = numalens_io_verdict(io);
	int status = numalens_io_status(io);
	size_t i;

	json_object_object_add(object, "ok", status == NUMALENS_MISSING ? NULL :
			       json_object_new_boolean(status == NUMALENS_OK));
	json_object_object_add(object, "verdict", json_object_new_string(verdict));
	for (i = 0; i < io->nr_findings; i++) {
		finding = json_object_new_object();
		json_object_object_add(finding, "grade", json_object_new_string(
				       io->findings[i].is_wrong ? "wrong" : "warning"));
		json_object_object_add(finding, "subject",
				       json_object_new_string(io->findings[i].subject));
		json_object_object_add(finding, "text",
				       numalens_output_json_text(io->findings[i].text));
		json_object_array_add(array, finding);
	}
	json_object_object_add(object, "findings", array);
	json_object_object_add(object, "remedies", texts_json(io->lines, io->nr_lines));
	free(verdict);
}

/**
 * numalens_io_json() - show devices to programs
 * @io: devices; judged, unless all were read
 * @object: gets the members
 */
void numalens_io_json(const struct numalens_io *io, struct json_object *object)
{
	struct json_object *nodes = json_object_new_array();
	size_t i;

	for (i = 0; i < io->topology.nr_nodes; i++)
		json_object_array_add(nodes, json_object_new_int64(io->topology.nodes[i].nid));
	json_object_object_add(object, "nodes", nodes);
	json_object_object_add(object, "devices", devices_json(io));
	if (io->pid)
		json_object_object_add(object, "process", process_json(io));
	if (!io->is_all)
		verdict_json(io, object);
}
