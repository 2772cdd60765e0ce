// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of PCI devices, and the CPUs that they go to.
 */
#include "irq.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "file.h"
#include "pci.h"

static char *text_of(const struct numalens_dir *dir, const char *name)
{
	char *text;

	numalens_dir_read(dir, name, &text);
	return text;
}

/*
 * No file says it on every kernel: debugfs does if it was built so, and since
 * 6.12 the mode does. Before, only a write does, of what is no list of CPUs:
 * the kernel looks first whether the interrupt may be moved at all, and then
 * refuses the text, so nothing changes.
 */
static enum numalens_irq_mobility mobility_of(unsigned int number, const struct numalens_dir *dir)
{
	enum numalens_irq_mobility mobility = NUMALENS_IRQ_UNSURE;
	struct numalens_dir debug;
	struct stat status;
	char *text, *name = numalens_strf("%u", number);

	numalens_dir_set(&debug, "sys/kernel/debug/irq/irqs");
	text = text_of(&debug, name);
	free(name);
	if (text) {
		mobility = strstr(text, "IRQD_AFFINITY_MANAGED") ? NUMALENS_IRQ_MANAGED :
			   NUMALENS_IRQ_MOVABLE;
		free(text);
		return mobility;
	}
	if (!numalens_file_is_live() || numalens_dir_stat(dir, "smp_affinity_list", &status))
		return mobility;
	if (!(status.st_mode & 0222))
		return NUMALENS_IRQ_MANAGED;
	switch (numalens_dir_write(dir, "smp_affinity_list", "?")) {
	case -EIO:
	case -EPERM:
		mobility = NUMALENS_IRQ_MANAGED;
		break;
	case -EINVAL:
		mobility = NUMALENS_IRQ_MOVABLE;
		break;
	}
	return mobility;
}

static void add(struct numalens_irqs *irqs, size_t device, unsigned int number, bool probe)
{
	struct numalens_dir dir;
	struct numalens_irq *irq;

	irqs->irqs = numalens_realloc(irqs->irqs, irqs->nr + 1, sizeof(*irqs->irqs));
	irq = &irqs->irqs[irqs->nr++];
	memset(irq, 0, sizeof(*irq));
	irq->number = number;
	irq->device = device;
	numalens_dir_set(&dir, "sys/kernel/irq/%u", number);
	irq->actions = text_of(&dir, "actions");
	numalens_dir_set(&dir, "proc/irq/%u", number);
	irq->allowed = text_of(&dir, "smp_affinity_list");
	irq->effective = text_of(&dir, "effective_affinity_list");
	/* Not every interrupt controller says which of the CPUs it chose. */
	if (irq->allowed && (!irq->effective || !*irq->effective)) {
		free(irq->effective);
		irq->effective = numalens_strdup(irq->allowed);
	}
	if (probe && numalens_irq_is_used(irq))
		irq->mobility = mobility_of(number, &dir);
}

/**
 * numalens_irq_read() - read the interrupts of a device
 * @irqs: gets them, behind those that it has; numalens_irq_free() it
 * @pcis: devices
 * @device: which
 * @probe: find out whether they may be moved
 */
void numalens_irq_read(struct numalens_irqs *irqs, const struct numalens_pcis *pcis,
		       size_t device, bool probe)
{
	const struct numalens_pci *pci = &pcis->devices[device];
	struct numalens_dir dir;
	unsigned int *numbers;
	uint64_t line;
	size_t nr, i;

	numalens_dir_set(&dir, "sys/bus/pci/devices/%s/msi_irqs", pci->address);
	numalens_dir_ids(&dir, "", &numbers, &nr);
	for (i = 0; i < nr; i++)
		add(irqs, device, numbers[i], probe);
	free(numbers);
	/* Without messages it has a line, which others may share: without a driver it is theirs. */
	numalens_dir_set(&dir, "sys/bus/pci/devices/%s", pci->address);
	if (!nr && pci->driver && !numalens_dir_read_u64(&dir, "irq", &line) && line &&
	    line <= INT_MAX)
		add(irqs, device, line, probe);
}

/**
 * numalens_irq_free() - end what numalens_irq_read() gave
 * @irqs: interrupts
 */
void numalens_irq_free(struct numalens_irqs *irqs)
{
	size_t i;

	for (i = 0; i < irqs->nr; i++) {
		free(irqs->irqs[i].actions);
		free(irqs->irqs[i].effective);
		free(irqs->irqs[i].allowed);
	}
	free(irqs->irqs);
}

/**
 * numalens_irq_is_used() - does anybody handle it, and is known where?
 * @irq: interrupt
 *
 * Return: true if so.
 */
bool numalens_irq_is_used(const struct numalens_irq *irq)
{
	return irq->effective && *irq->effective && (!irq->actions || *irq->actions);
}
