// SPDX-License-Identifier: GPL-2.0
/*
 * The flags of scheduling domains in words, and what became of those that
 * texts about Linux 3 and 4 print with their numbers.
 *
 * A number that is not in this table but read from the running kernel is
 * found by pairing the bits of "flags" with the words of "flag_names".
 */
#include "flag.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "domain.h"
#include "number.h"
#include "output.h"

struct flag {
	const char *name;
	unsigned int old;	/* number in Linux 3 and 4, 0: there was none */
	unsigned int in_6_1;	/* number in Linux 6.1, 0: there is none */
	const char *fate;
	const char *meaning;
};

static const struct flag flags[] = {
	{ "SD_LOAD_BALANCE", 0x0001, 0,
	  "removed in 5.8: every domain is balanced; to have none, build no domain (isolcpus, "
	  "cpuset partitions)",
	  "load is balanced in this domain" },
	{ "SD_BALANCE_NEWIDLE", 0x0002, 0x0001, "another number since 5.8",
	  "a CPU that is about to idle pulls tasks from the busiest group of this domain at once" },
	{ "SD_BALANCE_EXEC", 0x0004, 0x0002,
	  "another number since 5.8; cleared between nodes farther apart than the reclaim distance",
	  "exec() may move the task to the idlest CPU of this domain: its cache is worth nothing "
	  "then anyway" },
	{ "SD_BALANCE_FORK", 0x0008, 0x0004,
	  "another number since 5.8; cleared between nodes farther apart than the reclaim distance",
	  "a new task or thread may start on the idlest CPU of this domain" },
	{ "SD_BALANCE_WAKE", 0x0010, 0x0008,
	  "another number since 5.8; no longer set at any level by default",
	  "a task that wakes up may be placed on the idlest CPU of this domain, not only near its "
	  "last or its waker's" },
	{ "SD_WAKE_AFFINE", 0x0020, 0x0010,
	  "another number since 5.8; cleared between nodes farther apart than the reclaim distance",
	  "a task that wakes up may be pulled to the CPU that wakes it, if both are in this "
	  "domain" },
	{ "SD_ASYM_CPUCAPACITY", 0, 0x0020, "newer than those texts",
	  "the CPUs of this domain differ in capacity: a task that needs a large one is moved "
	  "there" },
	{ "SD_ASYM_CPUCAPACITY_FULL", 0, 0x0040, "added in 5.14",
	  "this domain has CPUs of every capacity that the machine has" },
	{ "SD_SHARE_CPUCAPACITY", 0x0080, 0x0080, "the number of old, by chance",
	  "the CPUs are threads of one core: tasks are spread over cores first, and a little "
	  "imbalance among threads is put up with less" },
	{ "SD_SHARE_POWERDOMAIN", 0x0100, 0, "removed in 5.10: nothing used it",
	  "the CPUs share a power domain" },
	{ "SD_CLUSTER", 0, 0, "added in 6.7",
	  "the CPUs share an L2 cache or the tags of the last level: idle ones are looked for here "
	  "first at wake-up" },
	{ "SD_SHARE_PKG_RESOURCES", 0x0200, 0x0100, "renamed to SD_SHARE_LLC in 6.9",
	  "the CPUs share the last level cache: an idle CPU for a task that wakes up is looked for "
	  "in the widest such domain" },
	{ "SD_SHARE_LLC", 0, 0, "the name of SD_SHARE_PKG_RESOURCES since 6.9",
	  "the CPUs share the last level cache: an idle CPU for a task that wakes up is looked for "
	  "in the widest such domain" },
	{ "SD_SERIALIZE", 0x0400, 0x0200, "another number",
	  "only one CPU of the machine balances such domains at a time; set between nodes" },
	{ "SD_ASYM_PACKING", 0x0800, 0x0400, "another number",
	  "CPUs are preferred in an order: load is packed on those of the highest priority" },
	{ "SD_PREFER_SIBLING", 0x1000, 0x0800, "another number; cleared between nodes",
	  "tasks are spread evenly over the groups of the domain above, before the CPUs within are "
	  "filled" },
	{ "SD_OVERLAP", 0x2000, 0x1000, "removed in 6.17: SD_NUMA says the same",
	  "groups of this domain overlap: nodes see different neighbours at this distance" },
	{ "SD_NUMA", 0x4000, 0x2000, "another number",
	  "this domain spans nodes: balancing here moves tasks away from their memory, so some "
	  "imbalance is left alone" },
};

#define NR_FLAGS	ARRAY_SIZE(flags)

/* Bit of the nth word of flag_names, 0 if bits and words don't match. */
static uint64_t nth_bit(uint64_t bits, size_t nth, size_t nr_words)
{
	if ((size_t)__builtin_popcountll(bits) != nr_words)
		return 0;
	while (nth--)
		bits &= bits - 1;
	return bits & -bits;
}

static size_t words_count(const char *text)
{
	size_t nr = 0;

	while (*(text += strspn(text, " "))) {
		nr++;
		text += strcspn(text, " ");
	}
	return nr;
}

/* Is the flag set in the domain, and with which number? */
static bool domain_has(const struct numalens_domain *domain, const char *name, uint64_t *number)
{
	const char *names = numalens_domain_get(domain, "flag_names");
	const char *bits_text = numalens_domain_get(domain, "flags");
	uint64_t bits = 0;
	size_t nth, len, nr;

	if (!names)
		return false;
	if (!bits_text || numalens_number_parse(bits_text, &bits))
		bits = 0;
	nr = words_count(names);
	for (nth = 0; *(names += strspn(names, " ")); names += len, nth++) {
		len = strcspn(names, " ");
		if (strlen(name) != len || strncmp(names, name, len))
			continue;
		*number = nth_bit(bits, nth, nr);
		return true;
	}
	return false;
}

/* Is the flag set in any domain? The number is 0 if it can't be told. */
static bool running_has(const struct numalens_domains *domains, const char *name,
			uint64_t *number)
{
	size_t i, k;

	*number = 0;
	for (i = 0; i < domains->nr_cpus; i++)
		for (k = 0; k < domains->cpus[i].nr_domains; k++)
			if (domain_has(&domains->cpus[i].domains[k], name, number))
				return true;
	return false;
}

static bool is_known(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NR_FLAGS; i++)
		if (strlen(flags[i].name) == len && !strncmp(flags[i].name, name, len))
			return true;
	return false;
}

/* Flags of a kernel that is newer than this tool: each domain's, as they come. */
static void unknown_print(const struct numalens_domain *domain)
{
	const char *names = numalens_domain_get(domain, "flag_names");

	while (names && *(names += strspn(names, " "))) {
		int len = strcspn(names, " ");

		if (!is_known(names, len))
			printf("  %.*s\n      is newer than this tool\n", len, names);
		names += len;
	}
}

/**
 * numalens_flag_explain_print() - say what the flags mean that are set
 * @domains: domains
 */
void numalens_flag_explain_print(const struct numalens_domains *domains)
{
	uint64_t number;
	size_t i, k;

	puts("flags that are set here, and what they do");
	for (i = 0; i < NR_FLAGS; i++) {
		if (!running_has(domains, flags[i].name, &number))
			continue;
		printf("  %s\n", flags[i].name);
		numalens_output_wrap("", 6, flags[i].meaning);
	}
	/* CPUs of one machine hardly differ in what is unknown: the first tells. */
	for (k = 0; domains->nr_cpus && k < domains->cpus[0].nr_domains; k++)
		unknown_print(&domains->cpus[0].domains[k]);
}

static char *number_text(uint64_t number)
{
	return number ? numalens_strf("0x%04" PRIx64, number) : numalens_strdup("-");
}

/**
 * numalens_flag_table_print() - say what became of the flags of old
 * @domains: domains
 */
void numalens_flag_table_print(const struct numalens_domains *domains)
{
	uint64_t number;
	size_t i;

	puts("all flags: number in Linux 3 and 4, in 6.1, and here where one is set");
	printf("  %-25s %-7s%-7s%s\n", "FLAG", "OLD", "6.1", "HERE");
	for (i = 0; i < NR_FLAGS; i++) {
		bool set = running_has(domains, flags[i].name, &number);
		char *old = number_text(flags[i].old), *in_6_1 = number_text(flags[i].in_6_1);
		char *here = set && !number ? numalens_strdup("set") : number_text(number);

		printf("  %-25s %-7s%-7s%s\n", flags[i].name, old, in_6_1, here);
		numalens_output_wrap("", 6, flags[i].fate);
		free(here);
		free(in_6_1);
		free(old);
	}
}

/**
 * numalens_flag_table_json() - the flags for programs
 * @domains: domains
 *
 * Return: an array.
 */
struct json_object *numalens_flag_table_json(const struct numalens_domains *domains)
{
	struct json_object *array = json_object_new_array(), *object;
	uint64_t number;
	size_t i;

	for (i = 0; i < NR_FLAGS; i++) {
		bool set = running_has(domains, flags[i].name, &number);

		object = json_object_new_object();
		json_object_object_add(object, "name", json_object_new_string(flags[i].name));
		json_object_object_add(object, "set", json_object_new_boolean(set));
		json_object_object_add(object, "number_old", flags[i].old ?
				       json_object_new_int(flags[i].old) : NULL);
		json_object_object_add(object, "number_6_1", flags[i].in_6_1 ?
				       json_object_new_int(flags[i].in_6_1) : NULL);
		json_object_object_add(object, "number_here", number ?
				       json_object_new_uint64(number) : NULL);
		json_object_object_add(object, "fate", json_object_new_string(flags[i].fate));
		json_object_object_add(object, "meaning",
				       json_object_new_string(flags[i].meaning));
		json_object_array_add(array, object);
	}
	return array;
}
