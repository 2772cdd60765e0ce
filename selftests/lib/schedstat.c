// SPDX-License-Identifier: GPL-2.0
#include "schedstat.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "text.h"

#define SCHEDSTAT	"/proc/schedstat"
#define SWITCH		"/proc/sys/kernel/sched_schedstats"
#define NR_IDLE_TYPES	3

/* Documentation/scheduler/sched-stats.rst, once for each idle type ... */
static const char * const lb_15[] = {
	"lb_count", "lb_balanced", "lb_failed", "lb_imbalance", "lb_gained",
	"lb_hot_gained", "lb_nobusyq", "lb_nobusyg",
};

static const char * const lb_17[] = {
	"lb_count", "lb_balanced", "lb_failed", "lb_imbalance_load",
	"lb_imbalance_util", "lb_imbalance_task", "lb_imbalance_misfit",
	"lb_gained", "lb_hot_gained", "lb_nobusyq", "lb_nobusyg",
};

/* ... and behind them. */
static const char * const others[] = {
	"alb_count", "alb_failed", "alb_pushed",
	"sbe_count", "sbe_balanced", "sbe_pushed",
	"sbf_count", "sbf_balanced", "sbf_pushed",
	"ttwu_wake_remote", "ttwu_move_affine", "ttwu_move_balance",
};

static const struct format {
	int version;
	const char * const *lb;
	int nr_lb;
	int idle_types[NR_IDLE_TYPES];
	bool has_names;
} formats[] = {
	{ 15, lb_15, ARRAY_SIZE(lb_15), { 0, 1, 2 }, false },
	{ 16, lb_15, ARRAY_SIZE(lb_15), { 1, 0, 2 }, false },
	{ 17, lb_17, ARRAY_SIZE(lb_17), { 1, 0, 2 }, true },
};

static const struct format *format;

static const struct format *format_find(const char *text)
{
	int version;
	size_t i;

	if (sscanf(text, "version %d", &version) == 1)
		for (i = 0; i < ARRAY_SIZE(formats); i++)
			if (formats[i].version == version)
				return &formats[i];
	return NULL;
}

/* "00000000,0000000f": words of 32 bits, the highest first. */
static const char *mask_parse(const char *text, cpu_set_t *set)
{
	size_t len = strspn(text, "0123456789abcdef,");
	const char *at = text + len;
	int cpu = 0;

	CPU_ZERO(set);
	while (at-- > text) {
		int digit = strchr("0123456789abcdef", *at) ?
			    (int)strtol((char[]){ *at, 0 }, NULL, 16) : -1;
		int bit;

		if (digit < 0)
			continue;
		for (bit = 0; bit < 4; bit++, cpu++)
			if (digit & 1 << bit && cpu < CPU_SETSIZE)
				CPU_SET(cpu, set);
	}
	return text + len;
}

static bool domain_parse(const char *line, struct schedstat_domain *domain)
{
	int at = 0;
	char *end;

	if (sscanf(line, "domain%d %n", &domain->index, &at) != 1 || !at)
		return false;
	line += at;
	if (format->has_names) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	line = mask_parse(line, &domain->span);
	for (domain->nr = 0; domain->nr < SCHEDSTAT_VALUES_MAX; domain->nr++) {
		domain->values[domain->nr] = strtoull(line, &end, 10);
		if (end == line)
			break;
		line = end;
	}
	return domain->nr == format->nr_lb * NR_IDLE_TYPES +
			     (int)ARRAY_SIZE(others);
}

int schedstat_read(struct schedstat_domain **domains)
{
	char *text = text_read(SCHEDSTAT, NULL);
	int nr = 0, room = 0, cpu = -1;
	char *line, *next;

	*domains = NULL;
	if (!text)
		return -errno;
	format = format_find(text);
	for (line = text; format && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (sscanf(line, "cpu%d", &cpu) == 1 ||
		    strncmp(line, "domain", strlen("domain")))
			continue;
		if (nr == room) {
			room = room * 2 + 16;
			*domains = realloc(*domains, room * sizeof(**domains));
		}
		(*domains)[nr].cpu = cpu;
		if (!domain_parse(line, &(*domains)[nr++])) {
			nr = -EPROTO;
			break;
		}
	}
	free(text);
	if (!format || nr < 0) {
		free(*domains);
		*domains = NULL;
		return format ? nr : -ENOTSUP;
	}
	return nr;
}

const struct schedstat_domain *
schedstat_find(const struct schedstat_domain *domains, int nr, int cpu,
	       int index)
{
	int i;

	for (i = 0; i < nr; i++)
		if (domains[i].cpu == cpu && domains[i].index == index)
			return &domains[i];
	return NULL;
}

int schedstat_jiffies(uint64_t *jiffies)
{
	char *text = text_read(SCHEDSTAT, NULL);
	int ret;

	if (!text)
		return -errno;
	ret = text_field(text, "timestamp", jiffies);
	free(text);
	return ret;
}

const char *schedstat_field(int value, int *idle_type)
{
	int nr_typed = format->nr_lb * NR_IDLE_TYPES;

	if (value < nr_typed) {
		*idle_type = format->idle_types[value / format->nr_lb];
		return format->lb[value % format->nr_lb];
	}
	*idle_type = -1;
	value -= nr_typed;
	return value < (int)ARRAY_SIZE(others) ? others[value] : NULL;
}

int schedstats_switch(int on)
{
	uint64_t was = 0;
	int ret = text_number(SWITCH, &was);

	if (!ret)
		ret = text_puts(SWITCH, on ? "1\n" : "0\n");
	return ret ?: (int)was;
}
