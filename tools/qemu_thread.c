// SPDX-License-Identifier: GPL-2.0
/*
 * Which threads the CPUs of a guest are. QEMU itself tells, where it has a
 * monitor that answers; otherwise, with -name debug-threads=on, the threads are
 * named "CPU 0/KVM", "CPU 0/TCG", or "ALL CPUs/TCG" where one does for all.
 */
#include "qemu_thread.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "file.h"
#include "qemu.h"
#include "qmp.h"
#include "snapshot.h"

static size_t thread_of(const struct numalens_snapshot *s, uint32_t tid)
{
	struct numalens_thread thread;
	size_t i;

	for (i = 0; i < s->header.nr_threads; i++) {
		numalens_snapshot_thread(s, i, &thread);
		if (thread.tid == tid)
			return i;
	}
	return NUMALENS_QEMU_NONE;
}

static bool number_get(struct json_object *object, const char *name, uint64_t *number)
{
	struct json_object *member;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_int))
		return false;
	*number = json_object_get_uint64(member);
	return true;
}

/* {"cpu-index": 0, "thread-id": 4712, "props": {"node-id": 0, …}, …} */
static bool cpu_take(struct numalens_qemu *qemu, const struct numalens_snapshot *s,
		     struct json_object *cpu)
{
	struct json_object *props;
	uint64_t index, tid, node;
	size_t thread;

	if (!number_get(cpu, "cpu-index", &index) || !number_get(cpu, "thread-id", &tid) ||
	    index >= qemu->nr_vcpus)
		return false;
	/* In a container QEMU counts its threads otherwise than we. */
	thread = thread_of(s, tid);
	if (thread == NUMALENS_QEMU_NONE)
		return false;
	qemu->vcpus[index].thread = thread;
	if (qemu->has_numa && json_object_object_get_ex(cpu, "props", &props) &&
	    number_get(props, "node-id", &node))
		qemu->vcpus[index].cell = numalens_qemu_cell(qemu, node);
	return true;
}

static bool asked(struct numalens_qemu *qemu, const struct numalens_snapshot *s, const char *path)
{
	struct json_object *cpus = numalens_qmp_ask(s->header.pid, path, "query-cpus-fast");
	bool all = json_object_is_type(cpus, json_type_array) && json_object_array_length(cpus);
	size_t i;

	for (i = 0; all && i < json_object_array_length(cpus); i++)
		all = cpu_take(qemu, s, json_object_array_get_idx(cpus, i));
	json_object_put(cpus);
	return all;
}

static bool named(struct numalens_qemu *qemu, const struct numalens_snapshot *s)
{
	struct numalens_thread thread;
	bool any = false;
	size_t i, cpu;

	for (i = 0; i < s->header.nr_threads; i++) {
		char comm[NUMALENS_COMM_LEN + 1] = "";
		int end = 0;

		numalens_snapshot_thread(s, i, &thread);
		memcpy(comm, thread.comm, NUMALENS_COMM_LEN);
		if (!strcmp(comm, "ALL CPUs/TCG")) {
			any = true;
			for (cpu = 0; cpu < qemu->nr_vcpus; cpu++)
				qemu->vcpus[cpu].thread = i;
		} else if (sscanf(comm, "CPU %zu/%n", &cpu, &end) == 1 && end &&
			   cpu < qemu->nr_vcpus) {
			any = true;
			qemu->vcpus[cpu].thread = i;
		}
	}
	return any;
}

/**
 * numalens_qemu_thread_find() - find the threads of all CPUs
 * @qemu: guest; one of its CPUs that is not found gets no thread
 * @snapshot: of its process
 */
void numalens_qemu_thread_find(struct numalens_qemu *qemu,
			       const struct numalens_snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < qemu->nr_monitors && numalens_file_is_live(); i++) {
		if (!asked(qemu, snapshot, qemu->monitors[i]))
			continue;
		qemu->vcpu_source = "QMP";
		return;
	}
	if (named(qemu, snapshot))
		qemu->vcpu_source = "names of threads";
}

/**
 * numalens_qemu_thread_json() - show to programs which threads the CPUs are
 * @qemu: guest
 * @snapshot: of its process
 *
 * Return: an array.
 */
struct json_object *numalens_qemu_thread_json(const struct numalens_qemu *qemu,
					      const struct numalens_snapshot *snapshot)
{
	struct json_object *array = json_object_new_array(), *object;
	struct numalens_thread thread;
	size_t i;

	for (i = 0; i < qemu->nr_vcpus; i++) {
		const struct numalens_vcpu *vcpu = &qemu->vcpus[i];
		bool known = vcpu->thread != NUMALENS_QEMU_NONE;

		if (known)
			numalens_snapshot_thread(snapshot, vcpu->thread, &thread);
		object = json_object_new_object();
		json_object_object_add(object, "vcpu", json_object_new_uint64(i));
		json_object_object_add(object, "cell", vcpu->cell == NUMALENS_QEMU_NONE ? NULL :
				       json_object_new_int64(qemu->cells[vcpu->cell].id));
		json_object_object_add(object, "tid", known ? json_object_new_int64(thread.tid) :
				       NULL);
		json_object_array_add(array, object);
	}
	return array;
}
