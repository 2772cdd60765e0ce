// SPDX-License-Identifier: GPL-2.0
/*
 * Lines that would put right what was found, to people and to programs.
 */
#include "remedy.h"

#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "output.h"

static const struct {
	const char *key;
	const char *head;
} kinds[NUMALENS_NR_REMEDIES] = {
	[NUMALENS_REMEDY_NOW] = { "now", "to put it right while it runs:" },
	[NUMALENS_REMEDY_RESTART] = { "restart", "to start it right:" },
	[NUMALENS_REMEDY_LIBVIRT] = { "libvirt", "to start it right, in a domain of libvirt's:" },
	[NUMALENS_REMEDY_QEMU] = { "qemu", "to start it right, on QEMU's command line:" },
};

/**
 * numalens_remedy_print() - show the lines to people
 * @remedy: lines
 */
void numalens_remedy_print(const struct numalens_remedy *remedy)
{
	size_t kind, i;

	for (kind = 0; kind < NUMALENS_NR_REMEDIES; kind++) {
		if (!remedy->nr[kind])
			continue;
		printf("\n%s\n", kinds[kind].head);
		for (i = 0; i < remedy->nr[kind]; i++) {
			char *clean = numalens_output_clean(remedy->lines[kind][i]);

			printf("  %s\n", clean);
			free(clean);
		}
	}
}

/**
 * numalens_remedy_json() - show the lines to programs
 * @remedy: lines
 *
 * Return: an object with an array for each kind.
 */
struct json_object *numalens_remedy_json(const struct numalens_remedy *remedy)
{
	struct json_object *object = json_object_new_object(), *array;
	size_t kind, i;

	for (kind = 0; kind < NUMALENS_NR_REMEDIES; kind++) {
		array = json_object_new_array();
		for (i = 0; i < remedy->nr[kind]; i++)
			json_object_array_add(array,
					      numalens_output_json_text(remedy->lines[kind][i]));
		json_object_object_add(object, kinds[kind].key, array);
	}
	return object;
}
