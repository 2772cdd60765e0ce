// SPDX-License-Identifier: GPL-2.0
#include "tracer.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"
#include "text.h"

#define INSTANCE	TRACING "/instances/lens-events"
#define BUFFER_KB	"8192"

int tracer_file(const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), INSTANCE "/%s", name);
	return text_puts(path, text);
}

bool tracer_open(void)
{
	static bool registered;

	tracer_close();
	if (mkdir(INSTANCE, 0700))
		return false;
	/* an instance that a killed test leaves would go on recording */
	if (!registered)
		registered = !atexit(tracer_close);
	tracer_off();
	/* the clock of each CPU on its own would mix up their order */
	tracer_file("trace_clock", "global");
	tracer_file("buffer_size_kb", BUFFER_KB);
	return true;
}

int tracer_enable(const char *event, const char *filter)
{
	char name[256];
	int ret = 0;

	if (filter) {
		snprintf(name, sizeof(name), "events/%s/filter", event);
		ret = tracer_file(name, filter);
	}
	snprintf(name, sizeof(name), "events/%s/enable", event);
	return ret ?: tracer_file(name, "1");
}

int tracer_disable(const char *event)
{
	char name[256];

	snprintf(name, sizeof(name), "events/%s/enable", event);
	return tracer_file(name, "0");
}

void tracer_on(void)
{
	tracer_file("trace", "");
	tracer_file("tracing_on", "1");
}

void tracer_off(void)
{
	tracer_file("tracing_on", "0");
}

void tracer_close(void)
{
	tracer_off();
	tracer_file("events/enable", "0");
	rmdir(INSTANCE);
}

/* "  comm-123   [001] d..2.   12.345678: name: fields"; or "function <-caller" */
static bool line_take(char *line, struct tracer_event *event)
{
	char *at = strstr(line, "] ");
	char *bracket, *name;

	while (at && (at - line < 5 || at[-4] != '[' ||
		      !isdigit((unsigned char)at[-1])))
		at = strstr(at + 1, "] ");
	if (!at)
		return false;
	bracket = at - 4;
	event->cpu = atoi(bracket + 1);
	while (bracket > line && *bracket != '-')
		bracket--;
	event->pid = atoi(bracket + 1);
	at = strstr(at, ": ");
	if (!at)
		return false;
	name = at + 2;
	at = name + strcspn(name, ": ");
	event->fields = *at ? at + 1 : at;
	*at = '\0';
	event->name = name;
	return true;
}

static uint64_t lost_on(const char *cpu)
{
	static const char *const keys[] = { "overrun", "commit overrun",
					    "dropped events" };
	char path[PATH_MAX];
	uint64_t sum = 0, value;
	char *text;
	size_t i;

	snprintf(path, sizeof(path), INSTANCE "/per_cpu/%s/stats", cpu);
	text = text_read(path, NULL);
	for (i = 0; text && i < 3; i++)
		if (!text_field(text, keys[i], &value))
			sum += value;
	free(text);
	return sum;
}

static uint64_t lost(void)
{
	DIR *dir = opendir(INSTANCE "/per_cpu");
	struct dirent *entry;
	uint64_t sum = 0;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "cpu", 3))
			sum += lost_on(entry->d_name);
	if (dir)
		closedir(dir);
	return sum;
}

int tracer_each(void (*see)(const struct tracer_event *event, void *arg),
		void *arg)
{
	struct tracer_event event;
	char *line = NULL;
	size_t size = 0;
	int nr = 0;
	FILE *file;

	if (lost()) {
		note("the trace lost %llu events", (unsigned long long)lost());
		return -EOVERFLOW;
	}
	file = fopen(INSTANCE "/trace", "r");
	if (!file)
		return -errno;
	while (getline(&line, &size, file) > 0) {
		if (line[0] == '#' || !line_take(line, &event))
			continue;
		nr++;
		see(&event, arg);
	}
	free(line);
	fclose(file);
	return nr;
}

static const char *field(const struct tracer_event *event, const char *key)
{
	size_t len = strlen(key);
	const char *at = event->fields;

	while ((at = strstr(at, key))) {
		if (at[-1] == ' ' && at[len] == '=')
			return at + len + 1;
		at += len;
	}
	return NULL;
}

bool event_number(const struct tracer_event *event, const char *key,
		  int64_t *value)
{
	const char *at = field(event, key);

	if (!at)
		return false;
	/* "cpu=007" is not octal */
	*value = strncmp(at, "0x", 2) ? strtoll(at, NULL, 10) :
					(int64_t)strtoull(at, NULL, 16);
	return true;
}

bool event_word(const struct tracer_event *event, const char *key, char *word,
		int size)
{
	const char *at = field(event, key);

	if (!at)
		return false;
	snprintf(word, size, "%.*s", (int)strcspn(at, "\n "), at);
	return true;
}
