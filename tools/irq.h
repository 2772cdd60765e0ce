/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_IRQ_H
#define NUMALENS_IRQ_H

#include <stdbool.h>
#include <stddef.h>

struct numalens_pcis;

/**
 * enum numalens_irq_mobility - may a user choose the CPUs of an interrupt?
 * @NUMALENS_IRQ_UNSURE: nothing tells
 * @NUMALENS_IRQ_MOVABLE: yes
 * @NUMALENS_IRQ_MANAGED: no: the kernel spread them over the CPUs, and keeps them there
 */
enum numalens_irq_mobility {
	NUMALENS_IRQ_UNSURE,
	NUMALENS_IRQ_MOVABLE,
	NUMALENS_IRQ_MANAGED,
};

/**
 * struct numalens_irq - an interrupt of a device
 * @number: its number
 * @device: which device
 * @actions: names of its handlers; "" if nobody uses it, NULL if unknown
 * @effective: CPUs that it goes to, a list; NULL if unknown
 * @allowed: CPUs that it may go to, a list; NULL if unknown
 * @mobility: may that be changed?
 */
struct numalens_irq {
	unsigned int number;
	size_t device;
	char *actions;
	char *effective;
	char *allowed;
	enum numalens_irq_mobility mobility;
};

/**
 * struct numalens_irqs - interrupts
 * @irqs: interrupts, by device and number
 * @nr: their count
 */
struct numalens_irqs {
	struct numalens_irq *irqs;
	size_t nr;
};

void numalens_irq_read(struct numalens_irqs *irqs, const struct numalens_pcis *pcis,
		       size_t device, bool probe);
void numalens_irq_free(struct numalens_irqs *irqs);
bool numalens_irq_is_used(const struct numalens_irq *irq);

#endif /* NUMALENS_IRQ_H */
