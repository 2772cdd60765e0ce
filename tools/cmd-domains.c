// SPDX-License-Identifier: GPL-2.0
/*
 * numalens domains: the scheduling domains of each CPU.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "domain.h"
#include "domain_table.h"
#include "error.h"
#include "flag.h"
#include "number.h"
#include "output.h"
#include "pick.h"

static const char *cpu_text;
static bool stats, explain;

static const char *get(const struct numalens_domain *domain, const char *name)
{
	const char *text = numalens_domain_get(domain, name);

	return text ? text : "?";
}

static void line_print(unsigned int indent, const char *label, const char *text)
{
	char *first = numalens_strf("%*s%s", (int)indent, "", label);

	numalens_output_wrap(first, indent + 9, text && *text ? text : "none");
	free(first);
}

/* "0-1 2-3" as "0-1 | 2-3" */
static char *groups_text(const char *groups)
{
	char *text = numalens_strdup(""), *longer;

	while (*(groups += strspn(groups, " "))) {
		int len = strcspn(groups, " ");

		longer = numalens_strf("%s%s%.*s", text, *text ? " | " : "", len, groups);
		free(text);
		text = longer;
		groups += len;
	}
	return text;
}

static void domain_print(const struct numalens_domain *domain, unsigned int indent)
{
	const char *groups = numalens_domain_get(domain, "groups");
	char *text;

	text = numalens_strf("%*s%s, domain%u, level %s: CPUs ", (int)indent, "",
			     get(domain, "name"), domain->index, get(domain, "level"));
	numalens_output_wrap(text, indent, get(domain, "span"));
	free(text);
	indent += 4;
	if (groups) {
		text = groups_text(groups);
		line_print(indent, "groups", text);
		free(text);
	}
	line_print(indent, "flags", numalens_domain_get(domain, "flag_names"));
	text = numalens_strf("every %s-%s ms, when busy %s times rarer, imbalance_pct %s",
			     get(domain, "min_interval"), get(domain, "max_interval"),
			     get(domain, "busy_factor"), get(domain, "imbalance_pct"));
	line_print(indent, "balance", text);
	free(text);
}

/* The widest domain first: the others lie within it. */
static void cpu_print(const struct numalens_domain_cpu *cpu)
{
	unsigned int indent = 2;
	size_t i;

	if (!cpu->nr_domains)
		puts("  no domains: there is nothing to balance with");
	for (i = cpu->nr_domains; i--; indent += 2)
		domain_print(&cpu->domains[i], indent);
}

static void stats_table_print(const struct numalens_domain *domain, const char *types)
{
	struct numalens_column columns[4] = {
		{ "counter", NULL, 0 },
		{ "", NULL, NUMALENS_COLUMN_RIGHT },
		{ "", NULL, NUMALENS_COLUMN_RIGHT },
		{ "", NULL, NUMALENS_COLUMN_RIGHT },
	};
	char *copy = numalens_strdup(types), *rest = copy;
	struct numalens_table *table;
	size_t i, k;

	for (k = 1; k < 4; k++) {
		columns[k].name = strsep(&rest, " ");
		columns[k].name = columns[k].name ? columns[k].name : "";
	}
	table = numalens_table_alloc(columns, 4, NULL, 0);
	for (i = 0; i < domain->nr_stats; i++) {
		char *values = numalens_strdup(domain->stats[i].text), *at = values, *word;

		if (!strcmp(domain->stats[i].name, "idle_types")) {
			free(values);
			continue;
		}
		numalens_table_row_add(table);
		numalens_table_text_set(table, 0, domain->stats[i].name);
		for (k = 1; k < 4; k++) {
			word = strsep(&at, " ");
			numalens_table_text_set(table, k, word ? word : "");
		}
		free(values);
	}
	numalens_table_print(table);
	numalens_table_free(table);
	free(copy);
}

static void stats_print(const struct numalens_domain_cpu *cpu)
{
	size_t i, k;

	for (i = 0; i < cpu->nr_domains; i++) {
		const struct numalens_domain *domain = &cpu->domains[i];
		const char *types = "idle busy newidle";

		printf("\nCPU %u, %s, domain%u\n", cpu->cpu, get(domain, "name"), domain->index);
		if (!domain->nr_stats) {
			puts("no counters: the kernel has no CONFIG_SCHEDSTATS");
			continue;
		}
		for (k = 0; k < domain->nr_stats; k++)
			if (!strcmp(domain->stats[k].name, "idle_types"))
				types = domain->stats[k].text;
		stats_table_print(domain, types);
	}
}

/* CPUs whose domains are the same are shown as one. */
static void groups_print(const struct numalens_domains *domains)
{
	bool *done = numalens_alloc(domains->nr_cpus, sizeof(*done));
	static struct numalens_list cpus;
	bool first = true;
	size_t i, k;

	for (i = 0; i < domains->nr_cpus; i++) {
		char *list;

		if (done[i])
			continue;
		memset(&cpus, 0, sizeof(cpus));
		for (k = i; k < domains->nr_cpus; k++) {
			if (done[k] || !numalens_domain_cpu_equal(&domains->cpus[i],
								  &domains->cpus[k]))
				continue;
			done[k] = true;
			numalens_list_add(&cpus, domains->cpus[k].cpu);
		}
		list = numalens_list_format(&cpus);
		if (!first)
			putchar('\n');
		first = false;
		numalens_output_wrap(cpus.nr > 1 ? "CPUs " : "CPU ", 4, list);
		free(list);
		cpu_print(&domains->cpus[i]);
	}
	free(done);
}

static void print_table(const struct numalens_domains *domains)
{
	struct numalens_table *table = numalens_domain_table(domains);

	numalens_pick_show(table);
	numalens_table_free(table);
}

static int print_text(const struct numalens_domains *domains)
{
	size_t i;

	if (numalens_pick_given()) {
		print_table(domains);
		return NUMALENS_OK;
	}
	groups_print(domains);
	if (stats)
		for (i = 0; i < domains->nr_cpus; i++)
			stats_print(&domains->cpus[i]);
	if (explain) {
		putchar('\n');
		numalens_flag_explain_print(domains);
		putchar('\n');
		numalens_flag_table_print(domains);
	}
	return NUMALENS_OK;
}

/* A number, an array of numbers, or a string: as the file holds it. */
static struct json_object *value_json(const char *name, const char *text)
{
	struct json_object *array;
	char *copy, *rest, *word;
	uint64_t value;

	if (!strcmp(name, "name") || !strcmp(name, "span"))
		return numalens_output_json_text(text);
	if (!numalens_number_parse(text, &value))
		return json_object_new_uint64(value);
	if (!strchr(text, ' ') && !strstr(name, "flag_names") && strcmp(name, "groups"))
		return numalens_output_json_text(text);
	array = json_object_new_array();
	rest = copy = numalens_strdup(text);
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		if (!strcmp(name, "groups") || numalens_number_parse(word, &value))
			json_object_array_add(array, numalens_output_json_text(word));
		else
			json_object_array_add(array, json_object_new_uint64(value));
	}
	free(copy);
	return array;
}

static struct json_object *attributes_json(const struct numalens_attribute *attributes, size_t nr)
{
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < nr; i++)
		json_object_object_add(object, attributes[i].name,
				       value_json(attributes[i].name, attributes[i].text));
	return object;
}

static struct json_object *cpu_json(const struct numalens_domain_cpu *cpu)
{
	struct json_object *object = json_object_new_object(), *array, *domain;
	size_t i;

	array = json_object_new_array();
	for (i = 0; i < cpu->nr_domains; i++) {
		domain = attributes_json(cpu->domains[i].attributes,
					 cpu->domains[i].nr_attributes);
		json_object_object_add(domain, "domain",
				       json_object_new_int(cpu->domains[i].index));
		if (stats)
			json_object_object_add(domain, "stats",
					       attributes_json(cpu->domains[i].stats,
							       cpu->domains[i].nr_stats));
		json_object_array_add(array, domain);
	}
	json_object_object_add(object, "cpu", json_object_new_int(cpu->cpu));
	json_object_object_add(object, "domains", array);
	return object;
}

static int print_json(const struct numalens_domains *domains)
{
	struct json_object *root = numalens_output_json_new("domains");
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < domains->nr_cpus; i++)
		json_object_array_add(array, cpu_json(&domains->cpus[i]));
	json_object_object_add(root, "source",
			       json_object_new_string(domains->debugfs ? "debugfs" : "module"));
	json_object_object_add(root, "generation", domains->debugfs ? NULL :
			       json_object_new_uint64(domains->generation));
	json_object_object_add(root, "cpus", array);
	if (explain)
		json_object_object_add(root, "flags", numalens_flag_table_json(domains));
	return numalens_output_json_print(root);
}

static int run(const struct numalens_args *args)
{
	static struct numalens_list only;
	struct numalens_domains domains;
	int ret;

	if (args->nr)
		return numalens_command_usage(&numalens_cmd_domains,
					      "domains takes no operand; see --cpu");
	if (cpu_text && (numalens_list_parse(&only, cpu_text) || !only.nr))
		return numalens_command_usage(&numalens_cmd_domains,
					      "\"%s\" is no list of CPUs", cpu_text);
	if (numalens_pick_given() && (stats || explain))
		return numalens_command_usage(&numalens_cmd_domains,
					      "--columns and --csv are of the domains: no --stats, "
					      "no --explain");
	ret = numalens_pick_check(&numalens_cmd_domains, args->json);
	if (ret)
		return ret;
	ret = numalens_domains_read(&domains, cpu_text ? &only : NULL, stats);
	if (!ret)
		ret = args->json ? print_json(&domains) : print_text(&domains);
	else if (explain && !args->json && ret == NUMALENS_MISSING)
		numalens_flag_table_print(&domains);
	numalens_domains_free(&domains);
	return ret;
}

static const struct numalens_option options[] = {
	{ "cpu", "LIST", "only these CPUs, as in 0-3,8", NULL, &cpu_text },
	{ "stats", NULL, "also the balance counters of each CPU", &stats, NULL },
	{ "explain", NULL, "also what the flags mean, and what became of those of old", &explain,
	  NULL },
	NUMALENS_PICK_OPTIONS,
	{ 0 }
};

const struct numalens_command numalens_cmd_domains = {
	.name = "domains",
	.synopsis = "",
	.summary = "show the scheduling domains of each CPU",
	.options = options,
	.columns = &numalens_domain_columns,
	.run = run,
};
