/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TUNE_H
#define NUMALENS_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct numalens_qemu;
struct numalens_rules;

/* All cells, all vCPUs without a pin of their own, where a number is expected */
#define NUMALENS_TUNE_ALL	SIZE_MAX

/**
 * struct numalens_tune_memory - a <memory> or <memnode> of <numatune>
 * @cell: id of the cell, or NUMALENS_TUNE_ALL
 * @mode: "strict", "interleave", "preferred", "restrictive"
 * @nodes: nodeset, a list; NULL if libvirt asks numad for it
 */
struct numalens_tune_memory {
	size_t cell;
	char *mode;
	char *nodes;
};

/**
 * struct numalens_tune_pin - CPUs that a vCPU is pinned to
 * @vcpu: its number, or NUMALENS_TUNE_ALL
 * @cpus: cpuset, a list
 * @source: element that says so
 */
struct numalens_tune_pin {
	size_t vcpu;
	char *cpus;
	const char *source;
};

/**
 * struct numalens_tune_pages - huge pages that memory is to be made of
 * @size: bytes of one, 0 for any huge page
 * @cells: cells that it is for, a list, NULL for those that no other is for
 */
struct numalens_tune_pages {
	uint64_t size;
	char *cells;
};

/**
 * struct numalens_tune - how a domain of libvirt's is to lie on nodes
 * @name: its name
 * @uuid: its UUID, as libvirt writes it
 * @uri: libvirt that it is a domain of
 * @has_numatune: it has <numatune>
 * @memories: its memory
 * @nr_memories: their count
 * @pins: its vCPUs
 * @nr_pins: their count
 * @emulator: CPUs that QEMU's own main thread is pinned to, or NULL
 * @pages: huge pages
 * @nr_pages: their count
 */
struct numalens_tune {
	char *name;
	char *uuid;
	char *uri;
	bool has_numatune;
	struct numalens_tune_memory *memories;
	size_t nr_memories;
	struct numalens_tune_pin *pins;
	size_t nr_pins;
	char *emulator;
	struct numalens_tune_pages *pages;
	size_t nr_pages;
};

void numalens_tune_rules(const struct numalens_tune *tune, const struct numalens_qemu *qemu,
			 struct numalens_rules *rules);
const struct numalens_tune_pin *numalens_tune_pin(const struct numalens_tune *tune, size_t vcpu);
const struct numalens_tune_pages *numalens_tune_pages(const struct numalens_tune *tune,
						      unsigned int cell);
void numalens_tune_print(const struct numalens_tune *tune);
struct json_object *numalens_tune_json(const struct numalens_tune *tune);
void numalens_tune_free(struct numalens_tune *tune);

#endif /* NUMALENS_TUNE_H */
