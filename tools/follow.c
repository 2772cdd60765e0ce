// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations of a process as they happen: the module's trace events, read from
 * a trace instance of our own, which nobody else's tracing meets.
 */
#include "follow.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tracefs.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "match.h"
#include "output.h"
#include "reader.h"
#include "stop.h"

#define SYSTEM		"numalens"
#define POLL_NS		100000000

struct follow {
	unsigned int pid;
	bool watching;			/* the watch is ours, and ends with us */
	struct numalens_dir dir;
	struct tep_handle *tep;
	struct tracefs_instance *instance;
	char *cmdlines;			/* saved_cmdlines, read when a pid is not in it */
	uint64_t lost;
	int gone;			/* errno: nobody takes our lines */
};

static const char * const events[] = { "migrate", "migrate_failed" };

static bool is_stopped(const struct follow *follow)
{
	return follow->gone || numalens_stop_came();
}

/* "PID COMM" a line */
static char *cmdline_find(const char *cmdlines, unsigned int pid)
{
	const char *line = cmdlines;
	unsigned long found;
	char *end;

	while (line && *line) {
		found = strtoul(line, &end, 10);
		if (end != line && *end == ' ' && found == pid)
			return strndup(end + 1, strcspn(end + 1, "\n"));
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

/*
 * Who moves pages is often gone by the time that we read of it: ftrace keeps
 * the names of those that it saw.
 */
static char *comm_of(struct follow *follow, unsigned int pid)
{
	char *comm = cmdline_find(follow->cmdlines, pid);
	struct numalens_dir dir;

	if (!comm) {
		free(follow->cmdlines);
		follow->cmdlines = tracefs_instance_file_read(NULL, "saved_cmdlines", NULL);
		comm = cmdline_find(follow->cmdlines, pid);
	}
	if (!comm || !strcmp(comm, "<...>")) {
		free(comm);
		numalens_dir_set(&dir, "proc/%u", pid);
		if (numalens_dir_read(&dir, "comm", &comm))
			comm = NULL;
	}
	return comm;
}

static unsigned long long field(struct tep_event *event, struct tep_record *record,
				const char *name)
{
	unsigned long long value = 0;

	tep_get_field_val(NULL, event, name, record, &value, 0);
	return value;
}

/* The reason in the words that the event itself has for it. */
static char *reason_of(struct follow *follow, struct tep_event *event, struct tep_record *record)
{
	static const char key[] = "reason=";
	struct trace_seq seq;
	char *at, *reason;

	trace_seq_init(&seq);
	tep_print_event(follow->tep, &seq, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&seq);
	at = strstr(seq.buffer, key);
	at = at ? at + strlen(key) : NULL;
	reason = at ? strndup(at, strcspn(at, "\n ")) : numalens_strdup("?");
	trace_seq_destroy(&seq);
	return reason ? reason : numalens_strdup(event->name);
}

static void head_print(void)
{
	printf("%-8s %-7s %-15s %-8s %6s %-12s %s\n", "TIME", "TGID", "REASON", "FROM->TO", "PAGES",
	       "ADDRESS", "MIGRATOR");
}

/* The instance's clock is the monotonic one; people want that on the wall. */
static void time_print(uint64_t ns)
{
	struct timespec mono, real;
	int64_t at;
	struct tm tm;
	time_t seconds;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	at = (int64_t)ns + (real.tv_sec - mono.tv_sec) * 1000000000LL +
	     (real.tv_nsec - mono.tv_nsec);
	seconds = at / 1000000000LL;
	localtime_r(&seconds, &tm);
	printf("%02d:%02d:%02d ", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static int event_print(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	bool failed = !strcmp(event->name, "migrate_failed");
	struct follow *follow = context;
	unsigned int migrator = tep_data_pid(follow->tep, record);
	char *comm = comm_of(follow, migrator), *reason = reason_of(follow, event, record);
	char *clean = numalens_output_clean(comm ? comm : "?");
	char *nodes = failed ? numalens_strdup("failed") :
		      numalens_strf("%lld->%lld", field(event, record, "src_nid"),
				    field(event, record, "dst_nid"));
	char *address = failed ? numalens_strdup("-") :
			numalens_strf("%llx", field(event, record, "addr"));

	(void)cpu;
	if (record->missed_events > 0)
		follow->lost += record->missed_events;
	errno = 0;
	time_print(record->ts);
	printf("%-7llu %-15s %-8s %6llu %-12s %s/%u\n", field(event, record, "tgid"), reason,
	       nodes, field(event, record, "nr_pages"), address, clean, migrator);
	if (ferror(stdout))
		follow->gone = errno ? errno : EIO;
	free(address);
	free(nodes);
	free(clean);
	free(reason);
	free(comm);
	return is_stopped(follow);
}

static int trace_error(const char *what)
{
	int err = errno;

	return numalens_error(err == EACCES || err == EPERM ? NUMALENS_NO_PERMISSION :
			      NUMALENS_FAILED, "can't %s in tracefs: %s", what, strerror(err));
}

static int tracefs_check(void)
{
	const char *dir = tracefs_tracing_dir();
	size_t i;

	if (!dir)
		return numalens_error(geteuid() ? NUMALENS_NO_PERMISSION : NUMALENS_MISSING,
				      "tracefs is not there: mount -t tracefs nodev "
				      "/sys/kernel/tracing, as root");
	if (access(dir, R_OK | X_OK))
		return numalens_error(NUMALENS_NO_PERMISSION, "can't read %s: %s; try sudo", dir,
				      strerror(errno));
	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (!tracefs_event_file_exists(NULL, SYSTEM, events[i], "enable"))
			return numalens_error(NUMALENS_MISSING, "%s/events/" SYSTEM "/%s is not "
					      "there: this module or kernel has no such trace event",
					      dir, events[i]);
	return NUMALENS_OK;
}

static int instance_start(struct follow *follow)
{
	static const char * const systems[] = { SYSTEM, NULL };
	char *name = numalens_strf("numalens-%d", getpid());
	char *filter = numalens_strf("tgid == %u", follow->pid);
	int ret = NUMALENS_OK;
	size_t i;

	follow->tep = tracefs_local_events_system(NULL, systems);
	if (!follow->tep)
		ret = trace_error("read the formats of events");
	if (!ret) {
		follow->instance = tracefs_instance_create(name);
		if (!follow->instance)
			ret = trace_error("make an instance");
	}
	if (!ret && tracefs_instance_file_write(follow->instance, "trace_clock", "mono") < 0)
		ret = trace_error("set the clock");
	for (i = 0; i < ARRAY_SIZE(events) && !ret; i++) {
		if (tracefs_event_file_write(follow->instance, SYSTEM, events[i], "filter",
					     filter) < 0)
			ret = trace_error("set a filter");
		else if (tracefs_event_enable(follow->instance, SYSTEM, events[i]) < 0)
			ret = trace_error("enable an event");
	}
	free(filter);
	free(name);
	return ret;
}

static void instance_end(struct follow *follow)
{
	if (follow->instance) {
		tracefs_event_disable(follow->instance, SYSTEM, NULL);
		tracefs_instance_destroy(follow->instance);
		tracefs_instance_free(follow->instance);
	}
	tep_free(follow->tep);
	free(follow->cmdlines);
}

/* It exited, or somebody ended its watch: no event will follow. */
static bool has_ended(const struct follow *follow)
{
	char *state = NULL;
	bool ended;

	ended = numalens_dir_read(&follow->dir, "state", &state) || !strcmp(state, "exited");
	free(state);
	return ended;
}

static int lines_print(struct follow *follow)
{
	bool ended = false;

	/* Lines are for now, also in a pipe. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	head_print();
	while (!ended && !is_stopped(follow)) {
		/* Asked first: what it did before its end is read after. */
		ended = has_ended(follow);
		errno = 0;
		if (tracefs_iterate_raw_events(follow->tep, follow->instance, NULL, 0,
					       event_print, follow) < 0 && errno &&
		    errno != EINTR && errno != EAGAIN)
			return trace_error("read events");
		if (!ended && numalens_stop_wait(POLL_NS))
			break;
	}
	if (follow->lost)
		numalens_note("%" PRIu64 " events were lost: they came faster than they were read",
			      follow->lost);
	if (ended)
		numalens_note("%u has exited, or is not watched any more", follow->pid);
	if (!follow->gone)
		return NUMALENS_OK;
	/* It is told here, with its reason, if it is worth telling. */
	clearerr(stdout);
	if (follow->gone != EPIPE)
		numalens_error(NUMALENS_FAILED, "can't write to stdout: %s",
			       strerror(follow->gone));
	return NUMALENS_FAILED;
}

static int watch(struct follow *follow)
{
	char *text = numalens_strf("%u", follow->pid), *state = NULL;
	int err, ret = NUMALENS_OK;

	if (!numalens_reader_is_watched(follow->pid)) {
		err = -numalens_reader_watch(text);
		follow->watching = !err;
		if (err && err != EEXIST)
			ret = numalens_error_watch(text, err);
	}
	if (!ret)
		err = -numalens_dir_read(&follow->dir, "events", &state);
	if (!ret && err)
		ret = numalens_error_file(&follow->dir, "events", "read", err);
	else if (!ret && strcmp(state, "on"))
		ret = numalens_error(NUMALENS_FAILED, "events of %u are off: echo on > %s/events",
				     follow->pid, follow->dir.path);
	free(state);
	free(text);
	return ret;
}

static void unwatch(struct follow *follow)
{
	char *text = numalens_strf("%u", follow->pid);

	if (follow->watching)
		numalens_reader_unwatch(text);
	free(text);
}

static int find(const char *what, unsigned int *pid)
{
	struct numalens_match match;
	int ret = numalens_match_find(&match, what);

	if (!ret && match.nr > 1)
		ret = numalens_error(NUMALENS_USAGE, "%zu processes match \"%s\": --follow takes one",
				     match.nr, what);
	else if (!ret)
		*pid = match.pids[0];
	numalens_match_free(&match);
	return ret;
}

/**
 * numalens_follow_run() - print each migration of a process as it happens
 * @what: a pid, or a part of the name or the command line of one process
 *
 * Return: exit status.
 */
int numalens_follow_run(const char *what)
{
	struct follow follow = { 0 };
	int ret = numalens_reader_check_module();

	if (!ret && !numalens_file_is_live())
		ret = numalens_error(NUMALENS_USAGE, "nothing happens in a captured tree: --follow "
				     "and --sysroot exclude each other");
	if (!ret)
		ret = find(what, &follow.pid);
	if (!ret)
		ret = tracefs_check();
	if (ret)
		return ret;
	numalens_stop_arm();
	numalens_dir_set(&follow.dir, NUMALENS_ROOT "/processes/%u", follow.pid);
	ret = watch(&follow);
	if (!ret)
		ret = instance_start(&follow);
	if (!ret)
		ret = lines_print(&follow);
	instance_end(&follow);
	unwatch(&follow);
	return ret;
}
