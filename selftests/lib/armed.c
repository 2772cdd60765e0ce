// SPDX-License-Identifier: GPL-2.0
#include "armed.h"

#include <stdio.h>

#include "array.h"
#include "hooks.h"
#include "lens.h"
#include "text.h"
#include "tool.h"
#include "tracer.h"

static bool observed;

static bool watch(pid_t pid)
{
	return !lens_watch(pid) && lens_value(pid, "events_since_ns") && hooks_count() > 0;
}

static bool nothing(pid_t self, pid_t other, int nid)
{
	return !hooks_gone();
}

static bool other_watched(pid_t self, pid_t other, int nid)
{
	return watch(other);
}

static bool self_watched(pid_t self, pid_t other, int nid)
{
	return watch(self);
}

static bool self_off(pid_t self, pid_t other, int nid)
{
	if (text_puts(LENS_ROOT "/events", "off\n"))
		return false;
	if (lens_watch(self) || text_puts(LENS_ROOT "/events", "on\n"))
		return false;
	return !hooks_gone();
}

static bool self_traced(pid_t self, pid_t other, int nid)
{
	static const char *const events[] = { "first_touch", "hint_fault", "migrate" };
	char name[32];
	size_t i;

	if (!watch(self) || !tracer_open())
		return false;
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(name, sizeof(name), "numalens/%s", events[i]);
		if (tracer_enable(name, NULL))
			return false;
	}
	tracer_on();
	return true;
}

static bool with_tool(const struct tool *tool, pid_t self, int nid)
{
	observed = tool_start(tool, self, nid);
	return observed;
}

static bool with_bpftrace(pid_t self, pid_t other, int nid)
{
	return with_tool(&tool_bpftrace, self, nid);
}

static bool with_perf_record(pid_t self, pid_t other, int nid)
{
	return with_tool(&tool_perf_record, self, nid);
}

static bool with_perf_trace(pid_t self, pid_t other, int nid)
{
	return with_tool(&tool_perf_trace, self, nid);
}

const char *const armed_names[NR_ARMED] = {
	[ARMED_NOTHING] = "not watched",
	[ARMED_OTHER] = "another",
	[ARMED_SELF] = "this one",
	[ARMED_OFF] = "events off",
	[ARMED_TRACED] = "this one, traced",
	[ARMED_BPFTRACE] = "bpftrace",
	[ARMED_PERF_RECORD] = "perf record",
	[ARMED_PERF_TRACE] = "perf trace",
};

static bool (*const enter[NR_ARMED])(pid_t self, pid_t other, int nid) = {
	[ARMED_NOTHING] = nothing,
	[ARMED_OTHER] = other_watched,
	[ARMED_SELF] = self_watched,
	[ARMED_OFF] = self_off,
	[ARMED_TRACED] = self_traced,
	[ARMED_BPFTRACE] = with_bpftrace,
	[ARMED_PERF_RECORD] = with_perf_record,
	[ARMED_PERF_TRACE] = with_perf_trace,
};

bool armed_enter(enum armed what, pid_t self, pid_t other, int nid)
{
	return enter[what](self, other, nid);
}

uint64_t armed_leave(void)
{
	uint64_t events = observed ? tool_stop() : 0;

	observed = false;
	tracer_close();
	lens_unwatch_all();
	hooks_gone();
	return events;
}
