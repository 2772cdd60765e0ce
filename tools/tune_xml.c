// SPDX-License-Identifier: GPL-2.0
/*
 * What the XML of a domain says about nodes:
 *
 *	<memoryBacking><hugepages><page size='2048' unit='KiB' nodeset='0'/>
 *	<vcpu placement='static' cpuset='0-3'>2</vcpu>
 *	<cputune><vcpupin vcpu='0' cpuset='0-1'/><emulatorpin cpuset='0'/>
 *	<numatune><memory mode='strict' nodeset='0-1'/>
 *		<memnode cellid='0' mode='strict' nodeset='0'/>
 */
#include "tune_xml.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "libvirt_load.h"
#include "number.h"
#include "qemu_option.h"
#include "tune.h"

static bool is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

/* A copy of what is in an attribute, NULL if it is not there. */
static char *attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *attr;

	for (attr = node->properties; attr; attr = attr->next)
		if (!strcmp((const char *)attr->name, name) && attr->children &&
		    attr->children->content)
			return numalens_strdup((const char *)attr->children->content);
	return NULL;
}

static size_t number(const xmlNode *node, const char *name)
{
	char *text = attribute(node, name);
	uint64_t value;
	bool good = text && !numalens_number_parse_decimal(text, &value) &&
		    value <= NUMALENS_MAX_ID;

	free(text);
	return good ? value : NUMALENS_TUNE_ALL;
}

static void memory_take(struct numalens_tune *tune, const xmlNode *node)
{
	struct numalens_tune_memory *memory;

	if (!is(node, "memory") && !is(node, "memnode"))
		return;
	tune->memories = numalens_realloc(tune->memories, tune->nr_memories + 1,
					  sizeof(*tune->memories));
	memory = &tune->memories[tune->nr_memories++];
	memory->cell = number(node, "cellid");
	memory->mode = attribute(node, "mode");
	memory->mode = memory->mode ? memory->mode : numalens_strdup("strict");
	memory->nodes = attribute(node, "nodeset");
}

static void pin_add(struct numalens_tune *tune, size_t vcpu, char *cpus, const char *source)
{
	struct numalens_tune_pin *pin;

	if (!cpus)
		return;
	tune->pins = numalens_realloc(tune->pins, tune->nr_pins + 1, sizeof(*tune->pins));
	pin = &tune->pins[tune->nr_pins++];
	pin->vcpu = vcpu;
	pin->cpus = cpus;
	pin->source = source;
}

static void pin_take(struct numalens_tune *tune, const xmlNode *node)
{
	if (is(node, "vcpupin") && number(node, "vcpu") != NUMALENS_TUNE_ALL)
		pin_add(tune, number(node, "vcpu"), attribute(node, "cpuset"), "<vcpupin>");
	if (is(node, "emulatorpin") && !tune->emulator)
		tune->emulator = attribute(node, "cpuset");
}

static void page_take(struct numalens_tune *tune, const xmlNode *node)
{
	char *size, *unit, *text;
	struct numalens_tune_pages *pages;

	if (!is(node, "page"))
		return;
	size = attribute(node, "size");
	unit = attribute(node, "unit");
	text = numalens_strf("%s%s", size ? size : "", unit ? unit : "KiB");
	tune->pages = numalens_realloc(tune->pages, tune->nr_pages + 1, sizeof(*tune->pages));
	pages = &tune->pages[tune->nr_pages++];
	pages->size = numalens_qemu_option_size(text, 'B');
	pages->cells = attribute(node, "nodeset");
	free(text);
	free(unit);
	free(size);
}

static void backing_take(struct numalens_tune *tune, const xmlNode *node)
{
	const xmlNode *page;

	if (!is(node, "hugepages"))
		return;
	for (page = node->children; page; page = page->next)
		page_take(tune, page);
	if (tune->nr_pages)
		return;
	tune->pages = numalens_alloc(1, sizeof(*tune->pages));
	tune->nr_pages = 1;
}

static const struct {
	const char *parent;
	void (*take)(struct numalens_tune *tune, const xmlNode *node);
} takers[] = {
	{ "memoryBacking", backing_take },
	{ "cputune", pin_take },
	{ "numatune", memory_take },
};

static void element_take(struct numalens_tune *tune, const xmlNode *node)
{
	const xmlNode *child;
	size_t i;

	if (is(node, "vcpu"))
		pin_add(tune, NUMALENS_TUNE_ALL, attribute(node, "cpuset"), "<vcpu>");
	tune->has_numatune |= is(node, "numatune");
	for (i = 0; i < ARRAY_SIZE(takers); i++)
		for (child = is(node, takers[i].parent) ? node->children : NULL; child;
		     child = child->next)
			takers[i].take(tune, child);
}

/**
 * numalens_tune_xml_parse() - read the XML of a domain
 * @tune: gets what it says; numalens_tune_free() it, whatever is returned
 * @lib: functions that read XML
 * @xml: the XML
 *
 * Return: true if it is the XML of a domain.
 */
bool numalens_tune_xml_parse(struct numalens_tune *tune,
			     const struct numalens_libvirt_library *lib, const char *xml)
{
	xmlDoc *doc = lib->xmlReadMemory(xml, strlen(xml), "domain.xml", NULL,
					 XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
					 XML_PARSE_NONET);
	xmlNode *root = doc ? lib->xmlDocGetRootElement(doc) : NULL, *node;
	bool good = root && is(root, "domain");

	for (node = good ? root->children : NULL; node; node = node->next)
		element_take(tune, node);
	if (doc)
		lib->xmlFreeDoc(doc);
	return good;
}
