// SPDX-License-Identifier: GPL-2.0
#include "hooks.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "text.h"

#define TRACEFS		"/sys/kernel/tracing"
#define PATIENCE_NS	60000000000ULL

int hooks_count(void)
{
	const char *line;
	char *text;
	int nr = 0;

	if (access(TRACEFS "/enabled_functions", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	text = text_read(TRACEFS "/enabled_functions", NULL);
	if (!text)
		return -errno;
	/* one line each; a continuation, of functions with several, is indented */
	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		nr += *line && *line != '\t' && *line != ' ' && *line != '\n';
	}
	free(text);
	return nr;
}

int hooks_gone(void)
{
	uint64_t end = now_ns() + PATIENCE_NS * patience();
	int nr;

	while ((nr = hooks_count())) {
		if (nr < 0)
			return nr;
		if (now_ns() > end)
			return -ETIMEDOUT;
		usleep(1000);
	}
	return 0;
}
