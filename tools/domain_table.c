// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduling domains as a table, a row for each of each CPU.
 */
#include "domain_table.h"

#include "domain.h"
#include "alloc.h"
#include "value.h"

enum {
	COL_CPU,
	COL_DOMAIN,
	/* those that are files: the key is the file's name */
	COL_NAME,
};

static const struct numalens_column columns[] = {
	[COL_CPU]	= { "CPU", "cpu", NUMALENS_COLUMN_RIGHT },
	[COL_DOMAIN]	= { "DOMAIN", "domain", NUMALENS_COLUMN_RIGHT },
	[COL_NAME]	= { "NAME", "name", 0 },
	{ "LEVEL", "level", NUMALENS_COLUMN_RIGHT },
	{ "SPAN", "span", 0 },
	{ "GROUPS", "groups", 0 },
	{ "MIN", "min_interval", NUMALENS_COLUMN_RIGHT },
	{ "MAX", "max_interval", NUMALENS_COLUMN_RIGHT },
	{ "BUSY", "busy_factor", NUMALENS_COLUMN_RIGHT },
	{ "IMBALANCE", "imbalance_pct", NUMALENS_COLUMN_RIGHT },
	{ "TRIES", "cache_nice_tries", NUMALENS_COLUMN_RIGHT },
	{ "INTERVAL", "balance_interval", NUMALENS_COLUMN_RIGHT },
	{ "FAILED", "nr_balance_failed", NUMALENS_COLUMN_RIGHT },
	{ "FLAGS", "flag_names", NUMALENS_COLUMN_FOLD },
	{ NULL, "flags", 0 },
	{ NULL, "group_flags", 0 },
	{ NULL, "group_flag_names", 0 },
};

const struct numalens_column_set numalens_domain_columns = { columns, ARRAY_SIZE(columns) };

static void row_add(struct numalens_table *table, unsigned int cpu,
		    const struct numalens_domain *domain)
{
	size_t i;

	numalens_table_row_add(table);
	numalens_table_set(table, COL_CPU, 0, NUMALENS_VALUE_COUNT, cpu);
	numalens_table_set(table, COL_DOMAIN, 0, NUMALENS_VALUE_COUNT, domain->index);
	for (i = COL_NAME; i < ARRAY_SIZE(columns); i++)
		numalens_table_text_set(table, i, numalens_domain_get(domain, columns[i].key));
}

/**
 * numalens_domain_table() - scheduling domains as a table
 * @domains: domains
 *
 * Return: the table: of each CPU its domains, the base domain first.
 */
struct numalens_table *numalens_domain_table(const struct numalens_domains *domains)
{
	struct numalens_table *table = numalens_table_alloc(columns, ARRAY_SIZE(columns), NULL, 0);
	size_t i, k;

	for (i = 0; i < domains->nr_cpus; i++)
		for (k = 0; k < domains->cpus[i].nr_domains; k++)
			row_add(table, domains->cpus[i].cpu, &domains->cpus[i].domains[k]);
	return table;
}
