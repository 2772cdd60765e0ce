// SPDX-License-Identifier: GPL-2.0
/*
 * A guest of QEMU's, as the command line of its process has it.
 */
#include "qemu.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "number.h"
#include "qemu_cpu.h"
#include "qemu_option.h"

#define DEFAULT_MEMORY	(128ULL << 20)

/* QEMU has no more cells. */
#define MAX_CELLS	128

/* Of one that is busy comes no answer: each costs a moment. */
#define MAX_MONITORS	4

/* What options say together, when all of them have been seen. */
struct line {
	struct numalens_qemu *qemu;
	struct numalens_qemu_option *numa_cpus;
	size_t nr_numa_cpus;
	struct numalens_qemu_option *chardevs;
	size_t nr_chardevs;
	struct numalens_qemu_option *dimms;
	size_t nr_dimms;
	char **mons;		/* ids of the chardevs of QMP monitors */
	size_t nr_mons;
	char *memdev;		/* -machine memory-backend */
	char *mem_path;
	uint64_t memory;	/* -m */
};

static char *copy_of(const char *text)
{
	return text ? numalens_strdup(text) : NULL;
}

static void string_add(char ***strings, size_t *nr, char *string)
{
	*strings = numalens_realloc(*strings, *nr + 1, sizeof(**strings));
	(*strings)[(*nr)++] = string;
}

static void option_keep(struct numalens_qemu_option **options, size_t *nr,
			struct numalens_qemu_option *option)
{
	*options = numalens_realloc(*options, *nr + 1, sizeof(**options));
	(*options)[(*nr)++] = *option;
	memset(option, 0, sizeof(*option));
}

/* All the lists that a property is given, as one. */
static char *list_of(const struct numalens_qemu_option *option, const char *key)
{
	static struct numalens_list list, part;
	bool any = false;
	unsigned int id;
	size_t i;

	memset(&list, 0, sizeof(list));
	for (i = 0; i < option->nr; i++) {
		if (strcmp(option->keys[i], key) || numalens_list_parse(&part, option->values[i]))
			continue;
		any = true;
		for (id = 0; id <= NUMALENS_MAX_ID; id++)
			if (numalens_list_has(&part, id))
				numalens_list_add(&list, id);
	}
	return any ? numalens_list_format(&list) : NULL;
}

static struct numalens_backend *backend_add(struct numalens_qemu *qemu, const char *type,
					    const char *id)
{
	struct numalens_backend *backend;

	qemu->backends = numalens_realloc(qemu->backends, qemu->nr_backends + 1,
					  sizeof(*qemu->backends));
	backend = &qemu->backends[qemu->nr_backends++];
	memset(backend, 0, sizeof(*backend));
	backend->cell = NUMALENS_QEMU_NONE;
	backend->type = numalens_strdup(type);
	backend->id = numalens_strdup(id);
	return backend;
}

static void property_append(char **text, const char *key, const char *value)
{
	numalens_append(text, ",%s=", key);
	for (; *value; value++)
		numalens_append(text, *value == ',' ? ",%c" : "%c", *value);
}

/* The argument as it was, but for what is to be put there anew. */
static char *properties_of(const struct numalens_qemu_option *option, const char *type)
{
	char *text = numalens_strdup(type);
	size_t i;

	for (i = 0; i < option->nr; i++)
		if (strcmp(option->keys[i], "qom-type") && strcmp(option->keys[i], "policy") &&
		    strcmp(option->keys[i], "host-nodes"))
			property_append(&text, option->keys[i], option->values[i]);
	return text;
}

static void take_object(struct line *line, struct numalens_qemu_option *option)
{
	const char *type = numalens_qemu_option_get(option, "qom-type");
	const char *id = numalens_qemu_option_get(option, "id");
	const char *policy = numalens_qemu_option_get(option, "policy");
	const char *share = numalens_qemu_option_get(option, "share");
	struct numalens_backend *backend;

	if (!type || strncmp(type, "memory-backend-", 15) || !id)
		return;
	backend = backend_add(line->qemu, type, id);
	backend->path = copy_of(numalens_qemu_option_get(option, "mem-path"));
	backend->policy = numalens_strdup(policy ? policy : "default");
	backend->nodes = list_of(option, "host-nodes");
	backend->nodes = backend->nodes ? backend->nodes : numalens_strdup("");
	backend->properties = properties_of(option, type);
	backend->size = numalens_qemu_option_size(numalens_qemu_option_get(option, "size"), 'B');
	/* These are for sharing, and shared unless they are told otherwise. */
	backend->shared = share ? numalens_qemu_option_is_on(option, "share") :
			  !strcmp(type, "memory-backend-memfd") ||
			  !strcmp(type, "memory-backend-shm");
}

static void take_numa(struct line *line, struct numalens_qemu_option *option)
{
	const char *type = numalens_qemu_option_get(option, "type");
	struct numalens_qemu *qemu = line->qemu;
	struct numalens_guest_cell *cell;
	uint64_t id;

	if (!type || (strcmp(type, "node") && strcmp(type, "cpu")))
		return;
	if (!strcmp(type, "cpu")) {
		option_keep(&line->numa_cpus, &line->nr_numa_cpus, option);
		return;
	}
	/* What QEMU would not have begun with is somebody else's idea of a command line. */
	id = numalens_qemu_option_number(option, "nodeid", qemu->nr_cells);
	if (id >= MAX_CELLS || numalens_qemu_cell(qemu, id) != NUMALENS_QEMU_NONE)
		return;
	qemu->cells = numalens_realloc(qemu->cells, qemu->nr_cells + 1, sizeof(*qemu->cells));
	cell = &qemu->cells[qemu->nr_cells];
	cell->id = id;
	cell->memdev = copy_of(numalens_qemu_option_get(option, "memdev"));
	cell->backend = NUMALENS_QEMU_NONE;
	cell->cpus = list_of(option, "cpus");
	cell->has_size = numalens_qemu_option_get(option, "mem");
	qemu->nr_cells++;
	qemu->has_numa = true;
}

static void take_m(struct line *line, struct numalens_qemu_option *option)
{
	line->memory = numalens_qemu_option_size(numalens_qemu_option_get(option, "size"), 'M');
}

static void take_smp(struct line *line, struct numalens_qemu_option *option)
{
	numalens_qemu_cpu_smp(&line->qemu->smp, option);
}

static void take_machine(struct line *line, struct numalens_qemu_option *option)
{
	const char *memdev = numalens_qemu_option_get(option, "memory-backend");

	if (!memdev)
		return;
	free(line->memdev);
	line->memdev = numalens_strdup(memdev);
}

static void take_mem_path(struct line *line, struct numalens_qemu_option *option)
{
	free(line->mem_path);
	line->mem_path = copy_of(numalens_qemu_option_get(option, "path"));
}

/* A guest that waits for its manager would go on if we came, and none has many monitors. */
static void monitor_add(struct numalens_qemu *qemu, const struct numalens_qemu_option *option,
			const char *path)
{
	const char *wait = numalens_qemu_option_get(option, "wait");
	bool waits = !wait || numalens_qemu_option_is_on(option, "wait");

	if (qemu->nr_monitors < MAX_MONITORS &&
	    !(numalens_qemu_option_is_on(option, "server") && waits))
		string_add(&qemu->monitors, &qemu->nr_monitors, numalens_strdup(path));
}

static void take_qmp(struct line *line, struct numalens_qemu_option *option)
{
	const char *path = numalens_qemu_option_get(option, "device");

	if (path && !strncmp(path, "unix:", 5))
		monitor_add(line->qemu, option, path + 5);
}

static void take_chardev(struct line *line, struct numalens_qemu_option *option)
{
	option_keep(&line->chardevs, &line->nr_chardevs, option);
}

/* Memory that is plugged in: pc-dimm, nvdimm, virtio-mem-pci, virtio-pmem-pci, … */
static void take_device(struct line *line, struct numalens_qemu_option *option)
{
	const char *driver = numalens_qemu_option_get(option, "driver");

	if (driver && numalens_qemu_option_get(option, "memdev"))
		option_keep(&line->dimms, &line->nr_dimms, option);
}

static void take_mon(struct line *line, struct numalens_qemu_option *option)
{
	const char *mode = numalens_qemu_option_get(option, "mode");
	const char *id = numalens_qemu_option_get(option, "chardev");

	if (id && mode && !strcmp(mode, "control"))
		string_add(&line->mons, &line->nr_mons, numalens_strdup(id));
}

static void take_name(struct line *line, struct numalens_qemu_option *option)
{
	free(line->qemu->name);
	line->qemu->name = copy_of(numalens_qemu_option_get(option, "guest"));
}

static const struct taker {
	const char *option;
	const char *implied;
	void (*take)(struct line *line, struct numalens_qemu_option *option);
} takers[] = {
	{ "object", "qom-type", take_object },
	{ "name", "guest", take_name },
	{ "numa", "type", take_numa },
	{ "m", "size", take_m },
	{ "smp", "cpus", take_smp },
	{ "machine", "type", take_machine },
	{ "M", "type", take_machine },
	{ "mem-path", "path", take_mem_path },
	{ "qmp", "device", take_qmp },
	{ "qmp-pretty", "device", take_qmp },
	{ "chardev", "backend", take_chardev },
	{ "mon", "chardev", take_mon },
	{ "device", "driver", take_device },
};

static void word_take(struct line *line, const char *name, const char *argument)
{
	struct numalens_qemu_option option;
	size_t i;

	name += name[1] == '-' ? 2 : 1;
	for (i = 0; i < ARRAY_SIZE(takers); i++) {
		if (strcmp(takers[i].option, name))
			continue;
		numalens_qemu_option_parse(&option, argument, takers[i].implied);
		takers[i].take(line, &option);
		numalens_qemu_option_free(&option);
	}
}

/* -mon names a chardev that may come before it or behind it. */
static void monitors_find(struct line *line)
{
	size_t i, k;

	for (i = 0; i < line->nr_mons; i++)
		for (k = 0; k < line->nr_chardevs; k++) {
			const struct numalens_qemu_option *chardev = &line->chardevs[k];
			const char *id = numalens_qemu_option_get(chardev, "id");
			const char *path = numalens_qemu_option_get(chardev, "path");

			if (id && path && !strcmp(id, line->mons[i]))
				monitor_add(line->qemu, chardev, path);
		}
}

/* A guest without -numa is one cell of all there is. */
static void whole_make(struct line *line)
{
	struct numalens_qemu *qemu = line->qemu;
	struct numalens_backend *backend;

	qemu->cells = numalens_alloc(1, sizeof(*qemu->cells));
	qemu->nr_cells = 1;
	qemu->cells[0].memdev = numalens_strdup(line->memdev ? line->memdev : "main memory");
	if (line->memdev)
		return;
	backend = backend_add(qemu, line->mem_path ? "memory-backend-file" : "memory-backend-ram",
			      "main memory");
	backend->path = copy_of(line->mem_path);
	backend->policy = numalens_strdup("default");
	backend->nodes = numalens_strdup("");
	backend->size = line->memory ? line->memory : DEFAULT_MEMORY;
	backend->properties = numalens_strf("%s,id=ram,size=%" PRIu64, backend->type,
					    backend->size);
	if (line->mem_path)
		property_append(&backend->properties, "mem-path", line->mem_path);
}

static void backends_find(struct numalens_qemu *qemu)
{
	size_t cell, backend;

	for (cell = 0; cell < qemu->nr_cells; cell++) {
		backend = qemu->cells[cell].memdev ?
			  numalens_qemu_backend(qemu, qemu->cells[cell].memdev) :
			  NUMALENS_QEMU_NONE;
		qemu->cells[cell].backend = backend;
		if (backend != NUMALENS_QEMU_NONE)
			qemu->backends[backend].cell = cell;
	}
}

/* One that does not say which cell it is in is in the first. */
static void dimms_find(struct line *line)
{
	struct numalens_qemu *qemu = line->qemu;
	size_t i;

	for (i = 0; i < line->nr_dimms; i++) {
		const struct numalens_qemu_option *dimm = &line->dimms[i];
		size_t of = numalens_qemu_backend(qemu, numalens_qemu_option_get(dimm, "memdev"));
		const char *id = numalens_qemu_option_get(dimm, "id");

		if (of == NUMALENS_QEMU_NONE || qemu->backends[of].cell != NUMALENS_QEMU_NONE)
			continue;
		qemu->backends[of].cell =
			numalens_qemu_cell(qemu, numalens_qemu_option_number(dimm, "node", 0));
		qemu->backends[of].dimm =
			numalens_strdup(id ? id : numalens_qemu_option_get(dimm, "driver"));
	}
}

/* Where the file really is: maps have no symbolic links. */
static void paths_resolve(struct numalens_qemu *qemu, unsigned int pid)
{
	struct numalens_dir dir;
	char *real;
	size_t i;

	for (i = 0; i < qemu->nr_backends; i++) {
		struct numalens_backend *backend = &qemu->backends[i];

		if (!backend->path)
			continue;
		if (*backend->path == '/')
			numalens_dir_set(&dir, "%s", "");
		else
			numalens_dir_set(&dir, "proc/%u/cwd", pid);
		if (numalens_dir_resolve(&dir, backend->path, &real))
			continue;
		free(backend->path);
		backend->path = numalens_strf("/%s", real);
		free(real);
	}
}

static void line_free(struct line *line)
{
	size_t i;

	for (i = 0; i < line->nr_numa_cpus; i++)
		numalens_qemu_option_free(&line->numa_cpus[i]);
	for (i = 0; i < line->nr_chardevs; i++)
		numalens_qemu_option_free(&line->chardevs[i]);
	for (i = 0; i < line->nr_dimms; i++)
		numalens_qemu_option_free(&line->dimms[i]);
	numalens_dir_names_free(line->mons, line->nr_mons);
	free(line->numa_cpus);
	free(line->chardevs);
	free(line->dimms);
	free(line->memdev);
	free(line->mem_path);
}

/* "qemu-system-x86_64", and as distributions call it: "qemu-kvm", "kvm". */
static bool is_qemu(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return !strncmp(name, "qemu-system-", 12) || !strcmp(name, "qemu-kvm") ||
	       !strcmp(name, "kvm");
}

/**
 * numalens_qemu_read() - read the command line of a process
 * @qemu: gets the guest; numalens_qemu_free() it, whatever is returned
 * @pid: process
 *
 * Return: true if it is one of QEMU's.
 */
bool numalens_qemu_read(struct numalens_qemu *qemu, unsigned int pid)
{
	struct numalens_qemu_option one = { 0 };
	struct line line = { .qemu = qemu };
	struct numalens_dir dir;
	char **words;
	size_t nr, i;
	bool is;

	memset(qemu, 0, sizeof(*qemu));
	numalens_dir_set(&dir, "proc/%u", pid);
	is = !numalens_dir_read_words(&dir, "cmdline", &words, &nr) && nr && is_qemu(words[0]);
	if (is) {
		numalens_qemu_cpu_smp(&qemu->smp, &one);
		for (i = 1; i + 1 < nr; i++)
			if (words[i][0] == '-' && words[i][1])
				word_take(&line, words[i], words[i + 1]);
		if (!qemu->has_numa)
			whole_make(&line);
		backends_find(qemu);
		dimms_find(&line);
		paths_resolve(qemu, pid);
		monitors_find(&line);
		numalens_qemu_cpu_cells(qemu, line.numa_cpus, line.nr_numa_cpus);
	}
	line_free(&line);
	numalens_dir_names_free(words, nr);
	return is;
}

/**
 * numalens_qemu_free() - end what numalens_qemu_read() gave
 * @qemu: guest
 */
void numalens_qemu_free(struct numalens_qemu *qemu)
{
	size_t i;

	for (i = 0; i < qemu->nr_backends; i++) {
		free(qemu->backends[i].id);
		free(qemu->backends[i].type);
		free(qemu->backends[i].path);
		free(qemu->backends[i].policy);
		free(qemu->backends[i].nodes);
		free(qemu->backends[i].properties);
		free(qemu->backends[i].dimm);
		free(qemu->backends[i].vmas);
	}
	for (i = 0; i < qemu->nr_cells; i++) {
		free(qemu->cells[i].memdev);
		free(qemu->cells[i].cpus);
	}
	numalens_dir_names_free(qemu->monitors, qemu->nr_monitors);
	free(qemu->name);
	free(qemu->backends);
	free(qemu->cells);
	free(qemu->vcpus);
}

/**
 * numalens_qemu_cell() - find a cell
 * @qemu: guest
 * @id: its id
 *
 * Return: which it is, or NUMALENS_QEMU_NONE.
 */
size_t numalens_qemu_cell(const struct numalens_qemu *qemu, unsigned int id)
{
	size_t i;

	for (i = 0; i < qemu->nr_cells; i++)
		if (qemu->cells[i].id == id)
			return i;
	return NUMALENS_QEMU_NONE;
}

/**
 * numalens_qemu_backend() - find a backend
 * @qemu: guest
 * @id: its id
 *
 * Return: which it is, or NUMALENS_QEMU_NONE.
 */
size_t numalens_qemu_backend(const struct numalens_qemu *qemu, const char *id)
{
	size_t i;

	for (i = 0; i < qemu->nr_backends; i++)
		if (!strcmp(qemu->backends[i].id, id))
			return i;
	return NUMALENS_QEMU_NONE;
}
