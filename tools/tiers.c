// SPDX-License-Identifier: GPL-2.0
/*
 * Memory tiers: which nodes the kernel takes for slow, and what that makes of hinting
 * faults and migrations. The module counts both by nodes and knows no tiers; who reads
 * the counts does.
 *
 * An expander card at node 2, below two nodes with CPUs:
 *
 *	tier 4		[node 0]--20--[node 1]
 *				\    /
 *	tier 450	        [node 2]	slow
 *
 * A hinting fault on node 2 is remote to whoever takes it. But where balancing works
 * between tiers (bit 1 of kernel.numa_balancing), all pages of node 2 are sampled to see
 * which are used often: such a fault tells how hot a page is, not that a thread is on
 * the wrong node, and the page goes up if it is hot enough.
 */
#include "tiers.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "file.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"

#define TIERING_DIR	"sys/devices/virtual/memory_tiering"
#define NODE_DIR	"sys/devices/system/node"
#define DEMOTION_DIR	"sys/kernel/mm/numa"
/* kernel.numa_balancing */
#define MODE_TIERING	2

static struct numalens_tiers tiers;
static bool is_read;

static bool has_cpus(const struct numalens_list *nodes)
{
	struct numalens_dir dir;
	unsigned int nid;
	bool has = false;
	char *cpus;

	for (nid = 0; nid <= NUMALENS_MAX_ID && !has; nid++) {
		if (!numalens_list_has(nodes, nid))
			continue;
		numalens_dir_set(&dir, NODE_DIR "/node%u", nid);
		if (numalens_dir_read(&dir, "cpulist", &cpus))
			continue;
		has = *cpus;
		free(cpus);
	}
	return has;
}

/* As the kernel's node_is_toptier(): fast are those with CPUs, and all above them. */
static void slow_find(void)
{
	static struct numalens_list nodes;
	size_t i, below = tiers.nr;

	for (i = 0; i < tiers.nr; i++) {
		numalens_list_parse(&nodes, tiers.tiers[i].nodes);
		if (has_cpus(&nodes))
			below = i + 1;
	}
	for (i = below; i < tiers.nr; i++) {
		tiers.tiers[i].slow = true;
		numalens_list_parse(&nodes, tiers.tiers[i].nodes);
		numalens_list_add_all(&tiers.slow, &nodes);
	}
}

static void tiers_read(void)
{
	static struct numalens_list nodes;
	struct numalens_dir dir;
	unsigned int *ids;
	size_t nr, i;
	char *text;

	numalens_dir_set(&dir, TIERING_DIR);
	if (numalens_dir_ids(&dir, "memory_tier", &ids, &nr))
		return;
	tiers.tiers = numalens_alloc(nr, sizeof(*tiers.tiers));
	for (i = 0; i < nr; i++) {
		numalens_dir_set(&dir, TIERING_DIR "/memory_tier%u", ids[i]);
		if (numalens_dir_read(&dir, "nodelist", &text))
			continue;
		if (numalens_list_parse(&nodes, text) || !nodes.nr) {
			free(text);
			continue;
		}
		tiers.tiers[tiers.nr].id = ids[i];
		tiers.tiers[tiers.nr++].nodes = text;
	}
	free(ids);
	slow_find();
}

static void settings_read(void)
{
	struct numalens_dir dir;
	uint64_t mode;
	char *text;

	numalens_dir_set(&dir, "proc/sys/kernel");
	if (!numalens_dir_read(&dir, "numa_balancing", &tiers.mode))
		tiers.promotion = tiers.slow.nr &&
				  !numalens_number_parse_decimal(tiers.mode, &mode) &&
				  mode & MODE_TIERING;
	tiers.demotion = -1;
	numalens_dir_set(&dir, DEMOTION_DIR);
	if (!numalens_dir_read(&dir, "demotion_enabled", &text)) {
		tiers.demotion = !strcmp(text, "true") || !strcmp(text, "1");
		free(text);
	}
}

/**
 * numalens_tiers_refresh() - what was read of the tiers is old: nodes come, modes change
 */
void numalens_tiers_refresh(void)
{
	size_t i;

	for (i = 0; i < tiers.nr; i++)
		free(tiers.tiers[i].nodes);
	free(tiers.tiers);
	free(tiers.mode);
	memset(&tiers, 0, sizeof(tiers));
	is_read = false;
}

/**
 * numalens_tiers_forget() - what is shown is of another machine, whose tiers are unknown
 */
void numalens_tiers_forget(void)
{
	numalens_tiers_refresh();
	tiers.demotion = -1;
	is_read = true;
}

/**
 * numalens_tiers_get() - the tiers, read once
 *
 * Return: the tiers, which stay until numalens_tiers_refresh().
 */
const struct numalens_tiers *numalens_tiers_get(void)
{
	if (!is_read) {
		tiers_read();
		settings_read();
		is_read = true;
	}
	return &tiers;
}

/**
 * numalens_tiers_is_slow() - is the memory of a node slow?
 * @nid: its id
 *
 * Return: true if its tier is below all that have CPUs.
 */
bool numalens_tiers_is_slow(uint32_t nid)
{
	return numalens_list_has(&numalens_tiers_get()->slow, nid);
}

static void column_take(struct numalens_matrix *from, struct numalens_matrix *to, size_t column)
{
	size_t row;

	for (row = 0; row < from->nr; row++) {
		uint64_t *count = &from->counts[row * from->nr + column];

		to->counts[row * to->nr + column] = *count;
		*count = 0;
	}
}

/**
 * numalens_tiers_take() - set hinting faults on slow memory apart
 * @faults: by node of the CPU and of the page; loses them
 * @candidates: gets them, if they are to find what to promote, or zeros;
 *	numalens_matrix_free() it
 * @snapshot: whose nodes
 */
void numalens_tiers_take(struct numalens_matrix *faults, struct numalens_matrix *candidates,
			 const struct numalens_snapshot *snapshot)
{
	bool promotion = numalens_tiers_get()->promotion;
	size_t node;

	numalens_matrix_init(candidates, faults->nr);
	for (node = 0; node < faults->nr && promotion; node++)
		if (numalens_tiers_is_slow(numalens_snapshot_nid(snapshot, node)))
			column_take(faults, candidates, node);
}

/**
 * numalens_tiers_hints() - tell hinting faults apart
 * @hints: gets how many of each there are
 * @faults: by node of the CPU and of the page
 * @snapshot: whose nodes
 */
void numalens_tiers_hints(struct numalens_hints *hints, const struct numalens_matrix *faults,
			  const struct numalens_snapshot *snapshot)
{
	bool promotion = numalens_tiers_get()->promotion;
	size_t node;

	memset(hints, 0, sizeof(*hints));
	for (node = 0; node < faults->nr; node++) {
		uint64_t sum = numalens_matrix_column(faults, node);
		uint64_t local = numalens_matrix_get(faults, node, node);
		bool slow = numalens_tiers_is_slow(numalens_snapshot_nid(snapshot, node));

		hints->slow += slow ? sum : 0;
		if (slow && promotion) {
			hints->candidates += sum;
			continue;
		}
		hints->local += local;
		hints->remote += sum - local;
	}
}

/**
 * numalens_tiers_promoted() - find what was moved up from a node
 * @moved: pages that NUMA balancing moved, by node from and to
 * @from: index of the node
 * @snapshot: whose nodes
 *
 * Return: pages that went from slow memory to other, as pgpromote_success counts them.
 */
uint64_t numalens_tiers_promoted(const struct numalens_matrix *moved, size_t from,
				 const struct numalens_snapshot *snapshot)
{
	uint64_t sum = 0;
	size_t to;

	if (!numalens_tiers_is_slow(numalens_snapshot_nid(snapshot, from)))
		return 0;
	for (to = 0; to < moved->nr; to++)
		if (!numalens_tiers_is_slow(numalens_snapshot_nid(snapshot, to)))
			sum += numalens_matrix_get(moved, from, to);
	return sum;
}

/**
 * numalens_tiers_words() - show the tiers to people
 *
 * Return: words, the fastest first; free() them.
 */
char *numalens_tiers_words(void)
{
	char *text = numalens_strdup("");
	size_t i;

	numalens_tiers_get();
	for (i = 0; i < tiers.nr; i++)
		numalens_append(&text, "%snode%s %s (tier %u%s)", i ? ", " : "",
				strpbrk(tiers.tiers[i].nodes, ",-") ? "s" : "",
				tiers.tiers[i].nodes, tiers.tiers[i].id,
				tiers.tiers[i].slow ? ", slow" : "");
	return text;
}

/**
 * numalens_tiers_json() - show the tiers to programs
 *
 * Return: an array, the fastest first; empty where the kernel tells of none.
 */
struct json_object *numalens_tiers_json(void)
{
	struct json_object *array = json_object_new_array(), *object;
	size_t i;

	numalens_tiers_get();
	for (i = 0; i < tiers.nr; i++) {
		object = json_object_new_object();
		json_object_object_add(object, "tier", json_object_new_int64(tiers.tiers[i].id));
		json_object_object_add(object, "nodes",
				       numalens_output_json_list(tiers.tiers[i].nodes));
		json_object_object_add(object, "slow",
				       json_object_new_boolean(tiers.tiers[i].slow));
		json_object_array_add(array, object);
	}
	return array;
}
