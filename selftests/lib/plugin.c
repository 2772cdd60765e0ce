// SPDX-License-Identifier: GPL-2.0
#include "plugin.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

const char *plugin_missing(const char *name)
{
	const char *loaded = getenv("NUMALENS_PLUGIN");

	if (!loaded || !*loaded)
		return "not in a guest of vm --plugin";
	return strcmp(loaded, name) ? loaded : NULL;
}

static const char *output(const char *suffix)
{
	static char path[PATH_MAX];
	const char *out = getenv("NUMALENS_OUT");

	snprintf(path, sizeof(path), "%s/plugin%s", out ?: ".", suffix);
	return path;
}

char *plugin_read(void)
{
	static unsigned long last;
	unsigned long sequence;
	char *text, *end;

	text = text_read(output(""), NULL);
	if (!text)
		return NULL;
	sequence = strtoul(text, &end, 10);
	if (end == text || sequence == last) {
		free(text);
		return NULL;
	}
	last = sequence;
	memmove(text, end, strlen(end) + 1);
	return text;
}

static uint64_t symbol(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	while (at && at > text && at[-1] != '\n')
		at--;
	return at ? strtoull(at, NULL, 16) : 0;
}

/* All of them lie in one piece, behind the entries of the exceptions. */
int plugin_skip_interrupts(void)
{
	char *text = text_read("/proc/kallsyms", NULL);
	uint64_t begin, end;
	FILE *file;

	if (!text)
		return -errno;
	begin = symbol(text, " T asm_common_interrupt\n");
	end = symbol(text, " T __irqentry_text_end\n");
	free(text);
	if (!begin || end < begin)
		return -ENOENT;
	file = fopen(output(".entries"), "w");
	if (!file)
		return -errno;
	fprintf(file, "%llx %llx\n", (unsigned long long)begin, (unsigned long long)end);
	if (fclose(file))
		return -errno;
	marker_say(MARKER_ENTRIES);
	return 0;
}

uint64_t plugin_insns(void)
{
	unsigned long long insns = 0;
	char *text = plugin_read();

	if (!text || sscanf(text, "%*u %llu", &insns) != 1)
		insns = 0;
	free(text);
	return insns;
}
