// SPDX-License-Identifier: GPL-2.0
#include "modtrace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

#define INSTANCE	"/sys/kernel/tracing/instances/numalens-test"

bool modtrace_begin(void)
{
	rmdir(INSTANCE);
	if (mkdir(INSTANCE, 0700))
		return false;
	if (!text_puts(INSTANCE "/set_ftrace_filter", ":mod:numalens\n") &&
	    !text_puts(INSTANCE "/current_tracer", "function\n"))
		return true;
	modtrace_end();
	return false;
}

int modtrace_calls(void)
{
	char *text = text_read(INSTANCE "/trace", NULL);
	char *line, *save;
	int nr = 0;

	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		nr += line[0] != '#' && line[0];
	free(text);
	return nr;
}

void modtrace_end(void)
{
	text_puts(INSTANCE "/current_tracer", "nop\n");
	rmdir(INSTANCE);
}
