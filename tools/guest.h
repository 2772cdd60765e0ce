/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_GUEST_H
#define NUMALENS_GUEST_H

#include <stdbool.h>
#include <stddef.h>

struct numalens_actor;
struct numalens_lab;

#define NUMALENS_GUEST_QEMU	"qemu-system-x86_64"

/**
 * struct numalens_guest - a guest of a real QEMU, for an experiment
 * @actor: QEMU's process, watched from before its first instruction
 * @monitor: it answers here
 * @errors: what it wrote to stderr
 */
struct numalens_guest {
	struct numalens_actor *actor;
	int monitor;
	int errors;
};

bool numalens_guest_has_qemu(void);
int numalens_guest_start(struct numalens_guest *guest, struct numalens_lab *lab, unsigned int nid,
			 char **argv);
bool numalens_guest_is_up(struct numalens_guest *guest);
char *numalens_guest_errors(const struct numalens_guest *guest);
void numalens_guest_leave(struct numalens_guest *guest);

#endif /* NUMALENS_GUEST_H */
