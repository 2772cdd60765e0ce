// SPDX-License-Identifier: GPL-2.0
/*
 * Is all that works with a device on its node? What is not, and which lines
 * would bring it there.
 */
#include "io_judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "io.h"
#include "output.h"

/* Threads that a sentence names before it says how many more there are. */
#define MAX_NAMED	6

/* Of the memory on other nodes so much is nobody's fault: programs and libraries are shared. */
#define MAX_OUTSIDE_BP	1000

/* Threads that have one thing in common. */
struct group {
	char *names;
	size_t nr;
	struct numalens_list nodes;
};

__attribute__((format(printf, 4, 5)))
static void find(struct numalens_io *io, bool is_wrong, const char *subject, const char *fmt, ...)
{
	struct numalens_io_finding *finding;
	va_list args;

	io->findings = numalens_realloc(io->findings, io->nr_findings + 1,
					sizeof(*io->findings));
	finding = &io->findings[io->nr_findings++];
	finding->is_wrong = is_wrong;
	finding->subject = subject;
	va_start(args, fmt);
	if (vasprintf(&finding->text, fmt, args) < 0)
		finding->text = NULL;
	va_end(args);
	io->nr_wrong += is_wrong;
}

static void line_add(struct numalens_io *io, char *line)
{
	io->lines = numalens_realloc(io->lines, io->nr_lines + 1, sizeof(*io->lines));
	io->lines[io->nr_lines++] = line;
}

/* "0000:3b:00.0 (eth0, virtio2)" */
static char *device_name(const struct numalens_pci *pci)
{
	char *names = numalens_pci_names(pci), *text;

	text = *names ? numalens_strf("%s (%s)", pci->address, names) :
	       numalens_strdup(pci->address);
	free(names);
	return text;
}

static char *nodes_name(const struct numalens_list *nodes)
{
	char *list = numalens_list_format(nodes);
	char *text = numalens_strf("node%s %s", nodes->nr == 1 ? "" : "s", list);

	free(list);
	return text;
}

static void cpus_nodes_add(const struct numalens_io *io, const char *cpus,
			   struct numalens_list *nodes)
{
	static struct numalens_list some;

	numalens_topology_nodes(&io->topology, cpus, &some);
	numalens_list_add_all(nodes, &some);
}

/* Interrupts of a device that go elsewhere, all that can be moved or all that can't. */
static size_t irqs_judge(struct numalens_io *io, size_t device, bool is_managed)
{
	static struct numalens_list numbers, nodes, home;
	char *name, *list, *to, *cpus;
	size_t i;

	memset(&numbers, 0, sizeof(numbers));
	memset(&nodes, 0, sizeof(nodes));
	numalens_io_home(io, device, &home);
	cpus = numalens_topology_cpus(&io->topology, &home);
	for (i = 0; i < io->irqs.nr; i++) {
		const struct numalens_irq *irq = &io->irqs.irqs[i];

		if (irq->device != device || irq->number > NUMALENS_MAX_ID ||
		    numalens_io_irq_place(io, irq) <= NUMALENS_IO_HERE ||
		    (irq->mobility == NUMALENS_IRQ_MANAGED) != is_managed)
			continue;
		numalens_list_add(&numbers, irq->number);
		cpus_nodes_add(io, irq->effective, &nodes);
		if (!is_managed)
			line_add(io, numalens_strf("echo %s > /proc/irq/%u/smp_affinity_list",
						   cpus, irq->number));
	}
	free(cpus);
	if (!numbers.nr)
		return 0;
	name = device_name(&io->pcis.devices[device]);
	list = numalens_list_format(&numbers);
	to = nodes_name(&nodes);
	find(io, !is_managed, "interrupts", "interrupt%s %s of %s go%s to CPUs of %s%s",
	     numbers.nr == 1 ? "" : "s", list, name, numbers.nr == 1 ? "es" : "", to,
	     is_managed ? ", and can't be moved: most such are spread over the CPUs, each for a "
	     "queue, and a CPU uses the queue that is its own" : "");
	free(to);
	free(list);
	free(name);
	return numbers.nr;
}

static bool any_unsure(const struct numalens_io *io)
{
	size_t i;

	for (i = 0; i < io->irqs.nr; i++)
		if (numalens_io_irq_place(io, &io->irqs.irqs[i]) > NUMALENS_IO_HERE &&
		    io->irqs.irqs[i].mobility == NUMALENS_IRQ_UNSURE)
			return true;
	return false;
}

static void all_irqs_judge(struct numalens_io *io)
{
	size_t i, nr_wrong = 0;

	for (i = 0; i < io->pcis.nr; i++) {
		if (!io->pcis.devices[i].is_chosen)
			continue;
		nr_wrong += irqs_judge(io, i, false);
		irqs_judge(io, i, true);
	}
	if (any_unsure(io))
		find(io, false, "interrupts", "which of these are managed, and so can't be moved, is "
		     "not known: on the machine itself root can tell");
	if (nr_wrong && io->kthreads.irqbalance)
		line_add(io, numalens_strf("# irqbalance (pid %u) will move them again: tell it "
					   "--banirq", io->kthreads.irqbalance));
}

static void group_add(struct group *group, const struct numalens_task *task)
{
	if (group->nr++ < MAX_NAMED)
		numalens_append(&group->names, "%s%u (%s)", group->nr > 1 ? ", " : "", task->tid,
				task->comm);
}

static void group_find(struct numalens_io *io, struct group *group, bool is_wrong,
		       const char *kind, const char *what)
{
	char *nodes = nodes_name(&group->nodes);

	if (group->nr > MAX_NAMED)
		numalens_append(&group->names, " and %zu more", group->nr - MAX_NAMED);
	if (group->nr) {
		/* "kernel threads", less the "s" */
		int len = strlen(kind) - (group->nr == 1);

		find(io, is_wrong, kind, "%.*s %s %s %s", len, kind, group->names, what, nodes);
	}
	free(nodes);
	free(group->names);
	group->names = NULL;
}

static void group_init(struct group *group)
{
	memset(group, 0, sizeof(*group));
	group->names = numalens_strdup("");
}

/* They are at rest most of the time: where one may run counts, not where it ran last. */
static void kthreads_judge(struct numalens_io *io)
{
	static struct group outside, wide;
	static struct numalens_list home;
	size_t i;

	group_init(&outside);
	group_init(&wide);
	for (i = 0; i < io->kthreads.nr; i++) {
		const struct numalens_kthread *kthread = &io->kthreads.threads[i];
		enum numalens_io_place place = numalens_io_kthread_place(io, kthread);
		struct group *group = place == NUMALENS_IO_WIDE ? &wide : &outside;
		char *cpus;

		if (kthread->device == NUMALENS_KTHREAD_NO_DEVICE || place <= NUMALENS_IO_HERE)
			continue;
		group_add(group, &kthread->task);
		cpus_nodes_add(io, kthread->task.allowed, &group->nodes);
		if (kthread->task.is_fixed)
			continue;
		numalens_io_home(io, kthread->device, &home);
		cpus = numalens_topology_cpus(&io->topology, &home);
		line_add(io, numalens_strf("taskset -pc %s %u", cpus, kthread->task.tid));
		free(cpus);
	}
	group_find(io, &outside, true, "kernel threads", "may run on");
	group_find(io, &wide, false, "kernel threads", "may run on");
}

/* Of those that do the work of a process counts where one ran last. */
static void task_judge(struct numalens_io *io, const struct numalens_task *task,
		       struct group *outside, struct group *wide)
{
	enum numalens_io_place place = numalens_io_place(io, &io->home, task->allowed);
	int nid = numalens_io_nid(io, task->cpu);
	char *cpus;

	if (nid >= 0 && !numalens_list_has(&io->home, nid)) {
		group_add(outside, task);
		numalens_list_add(&outside->nodes, nid);
	} else if (place > NUMALENS_IO_HERE) {
		group_add(wide, task);
		cpus_nodes_add(io, task->allowed, &wide->nodes);
	} else {
		return;
	}
	cpus = numalens_topology_cpus(&io->topology, &io->home);
	line_add(io, numalens_strf("taskset -pc %s %u", cpus, task->tid));
	free(cpus);
}

static void own_kthreads_judge(struct numalens_io *io)
{
	static struct group outside, wide;
	size_t i;

	group_init(&outside);
	group_init(&wide);
	for (i = 0; i < io->kthreads.nr; i++)
		if (io->kthreads.threads[i].device == NUMALENS_KTHREAD_NO_DEVICE)
			task_judge(io, &io->kthreads.threads[i].task, &outside, &wide);
	group_find(io, &outside, true, "kernel threads", "ran last on");
	group_find(io, &wide, false, "kernel threads", "may run on");
}

static void threads_judge(struct numalens_io *io)
{
	static struct group outside, wide;
	size_t i, first = io->nr_lines;
	char *cpus;

	group_init(&outside);
	group_init(&wide);
	for (i = 0; i < io->nr_threads; i++)
		task_judge(io, &io->threads[i], &outside, &wide);
	/* Those of vCPUs may belong to other cells, whose memory is elsewhere. */
	if (io->nr_cells > 1) {
		while (io->nr_lines > first)
			free(io->lines[--io->nr_lines]);
	}
	/* All of them: that is one line. */
	if (io->nr_lines - first == io->nr_threads && io->nr_threads > 1) {
		while (io->nr_lines > first)
			free(io->lines[--io->nr_lines]);
		cpus = numalens_topology_cpus(&io->topology, &io->home);
		line_add(io, numalens_strf("taskset -apc %s %u", cpus, io->pid));
		free(cpus);
	}
	group_find(io, &outside, true, "threads", "ran last on");
	group_find(io, &wide, false, "threads", "may run on");
}

static void memory_line(struct numalens_io *io, const struct numalens_list *from,
			const struct numalens_list *to)
{
	char *sources = numalens_list_format(from), *goals = numalens_list_format(to);

	if (io->nr_cells > 1)
		line_add(io, numalens_strf("# the guest has %zu cells: numalens check %u judges "
					   "each", io->nr_cells, io->pid));
	else
		line_add(io, numalens_strf("migratepages %u %s %s", io->pid, sources, goals));
	free(goals);
	free(sources);
}

static void memory_judge(struct numalens_io *io)
{
	static struct numalens_list from, to;
	const struct numalens_snapshot *s = &io->process.snapshot;
	uint64_t sum = numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES), outside = 0, bp;
	size_t node, i;
	char *share, *pages, *nodes;

	memset(&from, 0, sizeof(from));
	memset(&to, 0, sizeof(to));
	for (i = 0; i < io->topology.nr_nodes; i++)
		if (io->topology.nodes[i].has_memory &&
		    (numalens_list_has(&io->nodes, io->topology.nodes[i].nid) ||
		     numalens_list_has(&io->home, io->topology.nodes[i].nid)))
			numalens_list_add(&to, io->topology.nodes[i].nid);
	for (node = 0; node < s->header.nr_nodes; node++) {
		uint32_t nid = numalens_snapshot_nid(s, node);
		uint64_t here = numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, node);

		if (!here || numalens_list_has(&to, nid))
			continue;
		outside += here;
		numalens_list_add(&from, nid);
	}
	/* Where no node near by has memory, none can be there. */
	bp = sum ? (double)outside * 10000 / sum : 0;
	if (!to.nr || bp <= MAX_OUTSIDE_BP)
		return;
	share = numalens_output_percent(bp);
	pages = numalens_output_pages(outside, s->header.page_size);
	nodes = nodes_name(&from);
	find(io, true, "memory", "%s %% of its memory (%s %s) lies on %s", share, pages,
	     numalens_output_unit_name(), nodes);
	memory_line(io, &from, &to);
	free(nodes);
	free(pages);
	free(share);
}

static void device_judge(struct numalens_io *io, size_t device)
{
	const struct numalens_pci *pci = &io->pcis.devices[device];
	static struct numalens_list home;
	char *name, *nodes;

	if (pci->nid == NUMALENS_PCI_NO_NODE) {
		name = device_name(pci);
		find(io, false, "devices", "the node of %s is unknown", name);
		free(name);
	} else if (numalens_io_home(io, device, &home) && !numalens_list_has(&home, pci->nid)) {
		nodes = nodes_name(&home);
		find(io, false, "devices", "node %d, of %s, has no CPUs: those of %s are the nearest",
		     pci->nid, pci->address, nodes);
		free(nodes);
	}
}

static void devices_judge(struct numalens_io *io)
{
	char *nodes;
	size_t i;

	for (i = 0; i < io->pcis.nr && io->topology.nr_nodes > 1; i++)
		if (io->pcis.devices[i].is_chosen)
			device_judge(io, i);
	if (io->nodes.nr < 2)
		return;
	nodes = nodes_name(&io->nodes);
	find(io, true, "devices", "the devices themselves are on %s: nothing is near to all of "
	     "them", nodes);
	free(nodes);
}

/**
 * numalens_io_judge() - find what is on another node than its device
 * @io: devices; gets findings and lines
 */
void numalens_io_judge(struct numalens_io *io)
{
	devices_judge(io);
	all_irqs_judge(io);
	kthreads_judge(io);
	if (!io->pid || !io->home.nr)
		return;
	own_kthreads_judge(io);
	threads_judge(io);
	if (io->is_watched)
		memory_judge(io);
}

/**
 * numalens_io_status() - exit status of a verdict
 * @io: devices, judged
 *
 * Return: NUMALENS_OK, NUMALENS_FAILED if something is on another node, and
 * NUMALENS_MISSING if that can't be told because the node of a device is unknown.
 */
int numalens_io_status(const struct numalens_io *io)
{
	if (io->nr_wrong)
		return NUMALENS_FAILED;
	return io->nr_unknown || !io->home.nr ? NUMALENS_MISSING : NUMALENS_OK;
}

/* "interrupts, memory": each subject of something wrong once */
static char *wrong_subjects(const struct numalens_io *io)
{
	char *text = numalens_strdup("");
	const char *last = NULL;
	size_t i;

	/* Findings about one subject follow each other. */
	for (i = 0; i < io->nr_findings; i++) {
		if (!io->findings[i].is_wrong || io->findings[i].subject == last)
			continue;
		last = io->findings[i].subject;
		numalens_append(&text, "%s%s", *text ? ", " : "", last);
	}
	return text;
}

static void count_append(char **text, size_t nr, const char *name)
{
	if (nr)
		numalens_append(text, "%s%zu %s%s", **text ? ", " : "", nr, name,
				nr == 1 ? "" : "s");
}

static size_t nr_devices(const struct numalens_io *io)
{
	size_t i, nr = 0;

	for (i = 0; i < io->pcis.nr; i++)
		nr += io->pcis.devices[i].is_chosen;
	return nr;
}

/* "1 device, 3 interrupts, its memory": all that was looked at */
static char *all_subjects(const struct numalens_io *io)
{
	char *text = numalens_strdup("");
	size_t i, nr_irqs = 0;

	for (i = 0; i < io->irqs.nr; i++)
		nr_irqs += numalens_irq_is_used(&io->irqs.irqs[i]);
	count_append(&text, nr_devices(io), "device");
	count_append(&text, nr_irqs, "interrupt");
	count_append(&text, io->kthreads.nr, "kernel thread");
	count_append(&text, io->nr_threads, "thread");
	if (io->is_watched)
		numalens_append(&text, ", the memory");
	return text;
}

/**
 * numalens_io_verdict() - say in a sentence whether all is on one node
 * @io: devices, judged
 *
 * Return: the sentence; free() it.
 */
char *numalens_io_verdict(const struct numalens_io *io)
{
	char *nodes, *what, *text;

	if (io->pid && !io->home.nr && !io->nr_unknown)
		return numalens_strdup("It uses no PCI device, as far as its open files tell.");
	if (!io->home.nr)
		return numalens_strdup("It can't be told what is near: the node is unknown.");
	if (io->topology.nr_nodes == 1)
		return numalens_strdup("The machine has one node: all is on it.");
	nodes = nodes_name(&io->nodes);
	what = io->nr_wrong ? wrong_subjects(io) : all_subjects(io);
	if (io->nodes.nr > 1)
		text = numalens_strf("Not on one node: %s.", what);
	else if (io->nr_wrong)
		text = numalens_strf("Not on %s, as the device%s: %s.", nodes,
				     nr_devices(io) == 1 ? " is" : "s are", what);
	else
		text = numalens_strf("On %s: %s%s.", nodes, what, io->nr_findings ?
				     ", but for what is worth a warning" : "");
	free(what);
	free(nodes);
	return text;
}
