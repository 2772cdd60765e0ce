/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_DOMAIN_H
#define NUMALENS_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numalens_list;

/**
 * struct numalens_attribute - a file of a scheduling domain
 * @name: its name, the kernel's for the member
 * @text: what it holds
 */
struct numalens_attribute {
	char *name;
	char *text;
};

/**
 * struct numalens_domain - a scheduling domain of a CPU
 * @index: 0 is the CPU's base domain
 * @attributes: its files, by name
 * @nr_attributes: their count
 * @stats: its balance counters
 * @nr_stats: their count
 */
struct numalens_domain {
	unsigned int index;
	struct numalens_attribute *attributes;
	size_t nr_attributes;
	struct numalens_attribute *stats;
	size_t nr_stats;
};

/**
 * struct numalens_domain_cpu - the scheduling domains of a CPU
 * @cpu: its id
 * @domains: base domain first
 * @nr_domains: their count
 */
struct numalens_domain_cpu {
	unsigned int cpu;
	struct numalens_domain *domains;
	size_t nr_domains;
};

/**
 * struct numalens_domains - the scheduling domains of the machine
 * @cpus: by CPU
 * @nr_cpus: their count
 * @debugfs: from debugfs, not from the module
 * @generation: the module's counter of rebuilds
 */
struct numalens_domains {
	struct numalens_domain_cpu *cpus;
	size_t nr_cpus;
	bool debugfs;
	uint64_t generation;
};

int numalens_domains_read(struct numalens_domains *domains, const struct numalens_list *only,
			  bool stats);
void numalens_domains_free(struct numalens_domains *domains);
const char *numalens_domain_get(const struct numalens_domain *domain, const char *name);
bool numalens_domain_cpu_equal(const struct numalens_domain_cpu *a,
			       const struct numalens_domain_cpu *b);

#endif /* NUMALENS_DOMAIN_H */
