/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_REMEDY_H
#define NUMALENS_REMEDY_H

#include <stddef.h>

struct json_object;
struct numalens_judgement;
struct numalens_qemu;
struct numalens_topology;

/**
 * enum numalens_remedy_kind - where lines that would put things right belong
 * @NUMALENS_REMEDY_NOW: into a shell, while the process runs
 * @NUMALENS_REMEDY_RESTART: into a shell, to start it again
 * @NUMALENS_REMEDY_LIBVIRT: into the XML of a domain
 * @NUMALENS_REMEDY_QEMU: into the command line of QEMU
 * @NUMALENS_NR_REMEDIES: number of kinds
 */
enum numalens_remedy_kind {
	NUMALENS_REMEDY_NOW,
	NUMALENS_REMEDY_RESTART,
	NUMALENS_REMEDY_LIBVIRT,
	NUMALENS_REMEDY_QEMU,
	NUMALENS_NR_REMEDIES,
};

/**
 * struct numalens_remedy - lines that would put right what was found
 * @lines: the lines, by kind
 * @nr: their count
 */
struct numalens_remedy {
	char **lines[NUMALENS_NR_REMEDIES];
	size_t nr[NUMALENS_NR_REMEDIES];
};

void numalens_remedy_find(struct numalens_remedy *remedy,
			  const struct numalens_judgement *judgement,
			  const struct numalens_qemu *qemu,
			  const struct numalens_topology *topology);
void numalens_remedy_print(const struct numalens_remedy *remedy);
struct json_object *numalens_remedy_json(const struct numalens_remedy *remedy);
void numalens_remedy_add(struct numalens_remedy *remedy, enum numalens_remedy_kind kind,
			 const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void numalens_remedy_free(struct numalens_remedy *remedy);

#endif /* NUMALENS_REMEDY_H */
