// SPDX-License-Identifier: GPL-2.0
/*
 * What a recording says beside the snapshots: of the machine, of processes, and
 * why it ends.
 */
#include "recorder_frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "alloc.h"
#include "clock.h"
#include "file.h"
#include "lab_machine.h"
#include "output.h"
#include "recorder.h"
#include "snapshot.h"
#include "topology.h"

/* Word of /proc/PID/stat, counted from the one behind the name. */
#define START_WORD	19

static void text_add(struct json_object *object, const char *key, const char *directory,
		     const char *name)
{
	struct numalens_dir dir;
	char *text;

	numalens_dir_set(&dir, "%s", directory);
	if (numalens_dir_read(&dir, name, &text))
		text = NULL;
	json_object_object_add(object, key, numalens_output_json_text(text));
	free(text);
}

static int64_t unix_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static struct json_object *argv_json(char **argv)
{
	struct json_object *array = argv ? json_object_new_array() : NULL;

	for (; argv && *argv; argv++)
		json_object_array_add(array, numalens_output_json_text(*argv));
	return array;
}

/**
 * numalens_recorder_put_machine() - say of which machine a recording is
 * @recorder: recording that has just begun
 * @argv: the command that is run, NULL if none is
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_recorder_put_machine(struct numalens_recorder *recorder, char **argv)
{
	struct json_object *root = json_object_new_object();
	struct numalens_topology topology;
	int ret = numalens_topology_read(&topology);

	json_object_object_add(root, "version", json_object_new_string(NUMALENS_VERSION));
	json_object_object_add(root, "abi_version", json_object_new_int(NUMALENS_ABI_VERSION));
	text_add(root, "host", "proc/sys/kernel", "hostname");
	text_add(root, "boot_id", "proc/sys/kernel/random", "boot_id");
	json_object_object_add(root, "begun_unix_ns", json_object_new_int64(unix_ns()));
	json_object_object_add(root, "interval_ns",
			       json_object_new_uint64(recorder->interval_ns));
	json_object_object_add(root, "argv", argv_json(argv));
	json_object_object_add(root, "machine", numalens_lab_machine(&topology));
	numalens_topology_free(&topology);
	numalens_writer_put_json(&recorder->writer, NUMALENS_FRAME_MACHINE, 0, root);
	return ret;
}

/* When it began, in clock ticks since the boot: a number that comes again has another. */
static struct json_object *start_json(unsigned int pid)
{
	struct json_object *start = NULL;
	struct numalens_dir dir;
	char *text, *at;
	size_t i;

	numalens_dir_set(&dir, "proc/%u", pid);
	if (numalens_dir_read(&dir, "stat", &text))
		return NULL;
	at = strrchr(text, ')');
	for (i = 0; at && i <= START_WORD; i++) {
		at = strchr(at, ' ');
		at += at ? strspn(at, " ") : 0;
	}
	if (at)
		start = json_object_new_uint64(strtoull(at, NULL, 10));
	free(text);
	return start;
}

/**
 * numalens_recorder_put_process() - say that a process joins
 * @writer: recording
 * @subject: the process
 */
void numalens_recorder_put_process(struct numalens_writer *writer,
				   const struct numalens_subject *subject)
{
	struct json_object *object = json_object_new_object();
	char *directory = numalens_strf("proc/%u", subject->pid);

	text_add(object, "comm", directory, "comm");
	json_object_object_add(object, "parent", subject->parent ?
			       json_object_new_int64(subject->parent) : NULL);
	json_object_object_add(object, "start_ticks", start_json(subject->pid));
	json_object_object_add(object, "watched_before", json_object_new_boolean(!subject->ours));
	numalens_writer_put_json(writer, NUMALENS_FRAME_PROCESS, subject->pid, object);
	free(directory);
}

/* The lines "NAME VALUE" of a text whose name begins so, each behind what it is of. */
static void lines_add(char **lines, const char *of, char *text, const char *begin)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		if (!strncmp(line, begin, strlen(begin)) && strchr(line, ' '))
			numalens_append(lines, "%s.%s\n", of, line);
}

static void node_add(char **lines, const struct numalens_dir *dir, unsigned int nid)
{
	char *of = numalens_strf("node%u", nid), *text, *line, name[16];
	uint64_t kb;

	if (!numalens_dir_read(dir, "numastat", &text)) {
		lines_add(lines, of, text, "");
		free(text);
	}
	if (!numalens_dir_read(dir, "meminfo", &text)) {
		for (line = text; line && *line; line = strchr(line, '\n')) {
			line += *line == '\n';
			if (sscanf(line, "Node %*u %15[^:]: %" SCNu64, name, &kb) == 2 &&
			    !strcmp(name, "MemFree"))
				numalens_append(lines, "%s.free_kb %" PRIu64 "\n", of, kb);
		}
		free(text);
	}
	free(of);
}

/**
 * numalens_recorder_put_counters() - record the machine's counters
 * @writer: recording
 */
void numalens_recorder_put_counters(struct numalens_writer *writer)
{
	static const char * const of_vmstat[] = { "numa_", "pgmigrate_" };
	char *lines = numalens_strdup(""), *text;
	struct numalens_dir dir;
	unsigned int *nids;
	size_t nr, i;

	numalens_dir_set(&dir, "sys/devices/system/node");
	if (!numalens_dir_ids(&dir, "node", &nids, &nr)) {
		for (i = 0; i < nr; i++) {
			numalens_dir_set(&dir, "sys/devices/system/node/node%u", nids[i]);
			node_add(&lines, &dir, nids[i]);
		}
		free(nids);
	}
	numalens_dir_set(&dir, "proc");
	for (i = 0; i < ARRAY_SIZE(of_vmstat); i++) {
		if (numalens_dir_read(&dir, "vmstat", &text))
			break;
		lines_add(&lines, "vmstat", text, of_vmstat[i]);
		free(text);
	}
	if (*lines)
		numalens_writer_put(writer, NUMALENS_FRAME_COUNTERS, 0, 0, lines, strlen(lines));
	free(lines);
}

/**
 * numalens_recorder_put_end() - say why a recording ends
 * @recorder: recording
 * @reason: why
 * @exit_status: of the command, -1 if none was run
 */
void numalens_recorder_put_end(struct numalens_recorder *recorder, const char *reason,
			       int exit_status)
{
	struct json_object *object = json_object_new_object();

	if (numalens_writer_is_full(&recorder->writer))
		reason = "full";
	json_object_object_add(object, "reason", json_object_new_string(reason));
	json_object_object_add(object, "exit_status",
			       exit_status < 0 ? NULL : json_object_new_int(exit_status));
	json_object_object_add(object, "nr_missed",
			       json_object_new_uint64(recorder->nr_missed));
	numalens_writer_end(&recorder->writer, object);
}
