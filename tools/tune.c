// SPDX-License-Identifier: GPL-2.0
/*
 * How a domain of libvirt's is to lie on nodes, and the rules that this makes.
 * Of live domains libvirt writes sets of nodes and CPUs as plain lists, without
 * the "^3" that a user may have given.
 */
#include "tune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "number.h"
#include "output.h"
#include "qemu.h"
#include "rule.h"

/* A mode that is not here asks nothing of where the pages are now. */
static const struct {
	const char *name;
	enum numalens_mode mode;
} modes[] = {
	{ "strict", NUMALENS_MODE_STRICT },
	{ "interleave", NUMALENS_MODE_INTERLEAVE },
	{ "preferred", NUMALENS_MODE_PREFERRED },
	/* By cgroup alone, and so that it can be changed while the domain runs. */
	{ "restrictive", NUMALENS_MODE_STRICT },
};

static const struct numalens_tune_memory *memory_of(const struct numalens_tune *tune, size_t cell)
{
	size_t i;

	for (i = 0; i < tune->nr_memories; i++)
		if (tune->memories[i].cell == cell)
			return &tune->memories[i];
	return cell == NUMALENS_TUNE_ALL ? NULL : memory_of(tune, NUMALENS_TUNE_ALL);
}

static void rule_add(struct numalens_rules *rules, unsigned int cell,
		     const struct numalens_tune_memory *memory)
{
	struct numalens_cell_rule rule = { .cell = cell };
	size_t i;

	if (!memory->nodes || numalens_list_parse(&rule.nodes, memory->nodes))
		return;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].name, memory->mode))
			continue;
		rule.mode = modes[i].mode;
		rule.source = numalens_strf("<%s mode='%s' nodeset='%s'/> of the domain",
					    memory->cell == NUMALENS_TUNE_ALL ? "memory" :
					    "memnode", memory->mode, memory->nodes);
		rules->cells = numalens_realloc(rules->cells, rules->nr_cells + 1,
						sizeof(*rules->cells));
		rules->cells[rules->nr_cells++] = rule;
	}
}

/**
 * numalens_tune_rules() - make rules of what a domain says
 * @tune: domain
 * @qemu: its guest
 * @rules: rules of the command line, which come first; gets the domain's
 */
void numalens_tune_rules(const struct numalens_tune *tune, const struct numalens_qemu *qemu,
			 struct numalens_rules *rules)
{
	size_t i;

	/* --nodes is for all of its memory, as <memory> is. */
	if (rules->has_nodes) {
		rules->vcpu_local = true;
		return;
	}
	rules->by_domain = true;
	for (i = 0; i < qemu->nr_cells; i++) {
		const struct numalens_tune_memory *memory = memory_of(tune, qemu->cells[i].id);

		if (memory && qemu->cells[i].backend != NUMALENS_QEMU_NONE &&
		    !numalens_rule_cell(rules, qemu->cells[i].id))
			rule_add(rules, qemu->cells[i].id, memory);
	}
}

/**
 * numalens_tune_pin() - find which CPUs a vCPU is pinned to
 * @tune: domain
 * @vcpu: its number
 *
 * Return: the pin, NULL if there is none.
 */
const struct numalens_tune_pin *numalens_tune_pin(const struct numalens_tune *tune, size_t vcpu)
{
	const struct numalens_tune_pin *others = NULL;
	size_t i;

	for (i = 0; i < tune->nr_pins; i++) {
		if (tune->pins[i].vcpu == vcpu)
			return &tune->pins[i];
		if (tune->pins[i].vcpu == NUMALENS_TUNE_ALL)
			others = &tune->pins[i];
	}
	return others;
}

/**
 * numalens_tune_pages() - find which huge pages a cell is to be made of
 * @tune: domain
 * @cell: id of the cell
 *
 * Return: the huge pages, NULL if there is nothing about any.
 */
const struct numalens_tune_pages *numalens_tune_pages(const struct numalens_tune *tune,
						      unsigned int cell)
{
	static struct numalens_list list;
	const struct numalens_tune_pages *others = NULL;
	size_t i;

	for (i = 0; i < tune->nr_pages; i++) {
		if (!tune->pages[i].cells)
			others = &tune->pages[i];
		else if (!numalens_list_parse(&list, tune->pages[i].cells) &&
			 numalens_list_has(&list, cell))
			return &tune->pages[i];
	}
	return others;
}

/**
 * numalens_tune_print() - say to people which domain it is
 * @tune: domain
 */
void numalens_tune_print(const struct numalens_tune *tune)
{
	char *text = numalens_strf("%s (%s), of %s", tune->name, tune->uuid, tune->uri);
	char *clean = numalens_output_clean(text);

	numalens_output_wrap("domain ", 7, clean);
	free(clean);
	free(text);
}

/**
 * numalens_tune_json() - say to programs which domain it is
 * @tune: domain
 *
 * Return: an object.
 */
struct json_object *numalens_tune_json(const struct numalens_tune *tune)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "name", numalens_output_json_text(tune->name));
	json_object_object_add(object, "uuid", numalens_output_json_text(tune->uuid));
	json_object_object_add(object, "uri", numalens_output_json_text(tune->uri));
	json_object_object_add(object, "numatune", json_object_new_boolean(tune->has_numatune));
	return object;
}

/**
 * numalens_tune_free() - end what was filled in
 * @tune: domain
 */
void numalens_tune_free(struct numalens_tune *tune)
{
	size_t i;

	for (i = 0; i < tune->nr_memories; i++) {
		free(tune->memories[i].mode);
		free(tune->memories[i].nodes);
	}
	for (i = 0; i < tune->nr_pins; i++)
		free(tune->pins[i].cpus);
	for (i = 0; i < tune->nr_pages; i++)
		free(tune->pages[i].cells);
	free(tune->memories);
	free(tune->pins);
	free(tune->pages);
	free(tune->emulator);
	free(tune->name);
	free(tune->uuid);
	free(tune->uri);
}
