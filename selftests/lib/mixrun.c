// SPDX-License-Identifier: GPL-2.0
#include "mixrun.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "array.h"
#include "case.h"
#include "lens.h"
#include "mounts.h"
#include "node.h"
#include "policy.h"
#include "proc.h"
#include "swap.h"
#include "text.h"

#define HUGEPAGES	12
#define THP		"/sys/kernel/mm/transparent_hugepage/"

static const char *dir;
static unsigned long giant_kb = 1048576, huge_kb = 2048;
static char *thp_found;

/* "always [madvise] never": the choice is in brackets. */
static char *chosen(const char *path)
{
	char *text = text_read(path, NULL);
	char *from = text ? strchr(text, '[') : NULL;
	char *to = from ? strchr(from, ']') : NULL;

	if (!to) {
		free(text);
		return NULL;
	}
	*to = '\0';
	memmove(text, from + 1, to - from);
	return text;
}

void mixrun_prepare(void)
{
	int i;

	for (i = 0; i < 2; i++)
		node_hugepages(policy_node(i), huge_kb, HUGEPAGES);
	if (!node_hugepages(policy_node(1), giant_kb, 1))
		node_hugepages(policy_node(0), giant_kb, 1);
	swap_begin();
	dir = mounts_make();
	thp_found = chosen(THP "enabled");
	if (thp_found)
		text_puts(THP "enabled", "madvise");
}

void mixrun_finish(void)
{
	int i;

	if (thp_found)
		text_puts(THP "enabled", thp_found);
	free(thp_found);
	mounts_drop();
	swap_end();
	for (i = 0; i < 2; i++) {
		node_hugepages(policy_node(i), huge_kb, 0);
		node_hugepages(policy_node(i), giant_kb, 0);
	}
}

static const char *const words[] = {
	"anon", "file", "shmem", "hugetlb", "special",
	"vma", "shared", "task", "system", "-",
};

static const char *word(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], text))
			return words[i];
	return NULL;
}

static int range_parse(struct mixrun *run, const char *line)
{
	struct mix_range *range = &run->ranges[run->nr];
	char kind[16], source[16], policy[40];

	if (run->nr == MIX_RANGES ||
	    sscanf(line, "%" SCNxPTR " %" SCNxPTR " %15s %15s %39s %63s",
		   &range->start, &range->end, kind, source, policy,
		   range->label) != 6)
		return -EPROTO;
	range->kind = word(kind);
	range->source = word(source);
	range->policy = strdup(policy);
	run->nr++;
	return range->kind && range->source ? 0 : -EPROTO;
}

static int ranges_read(struct mixrun *run, FILE *out)
{
	char line[512];
	int ret = 0;

	run->nr = 0;
	run->missing[0] = '\0';
	while (!ret && fgets(line, sizeof(line), out)) {
		if (!strcmp(line, "ready\n"))
			return 0;
		if (line[0] != '#')
			ret = range_parse(run, line);
		else if (strlen(run->missing) + strlen(line) <
			 sizeof(run->missing))
			strcat(run->missing, line);
	}
	return ret ?: -EPIPE;
}

int mixrun_start(struct mixrun *run, const char *task, const char *options)
{
	char *argv[10] = { (char *)"mix" };
	int argc = 1, ret;
	FILE *out;

	if (task) {
		argv[argc++] = (char *)"-t";
		argv[argc++] = (char *)task;
	}
	if (dir) {
		argv[argc++] = (char *)"-d";
		argv[argc++] = (char *)dir;
	}
	if (strchr(options, 'g'))
		argv[argc++] = (char *)"-g";
	if (strchr(options, 'l'))
		argv[argc++] = (char *)"-l";
	run->pid = proc_spawn(argv, &out);
	if (run->pid < 0)
		return fail("mix: %s", strerror(-run->pid));
	ret = ranges_read(run, out);
	fclose(out);
	if (ret)
		return fail("mix: %s after %zu ranges", strerror(-ret), run->nr);
	if (!proc_stop(run->pid))
		return fail("mix does not stop");
	lens_set("max_vma_dirs", 65536);
	lens_set("refresh_ms", 0);
	ret = lens_watch(run->pid);
	return ret ? fail("watch: %s", strerror(-ret)) : CASE_PASS;
}

void mixrun_missing(const struct mixrun *run)
{
	if (run->missing[0])
		printf("%s", run->missing);
}

static const struct mix_range *range_of(const struct mixrun *run,
					const struct lens_vma *vma)
{
	size_t i;

	for (i = 0; i < run->nr; i++)
		if (run->ranges[i].start <= vma->start &&
		    vma->start < run->ranges[i].end)
			return &run->ranges[i];
	return NULL;
}

static int word_differs(const struct view *view, const struct mix_range *range,
			const char *what, const char *lens, const char *made)
{
	if (!strcmp(made, "-") || !strcmp(made, lens))
		return 0;
	note("%s %" PRIxPTR "-%" PRIxPTR " %s: %s is %s, but was made %s",
	     view->name, range->start, range->end, range->label, what, lens,
	     made);
	return 1;
}

static int all_thp(const struct lens_vma *vma, const struct view *view)
{
	size_t col;

	for (col = 0; col < view->nr_nodes; col++)
		if (vma->thp[col] != vma->pages[col])
			return 1;
	return 0;
}

int mixrun_compare(const struct mixrun *run, const struct view *view)
{
	static const char *const sources[] = { "system", "task", "shared", "vma" };
	size_t i, known = 0;
	int nr = 0;

	for (i = 0; i < view->nr_vmas; i++) {
		const struct lens_vma *vma = &view->vmas[i];
		const struct mix_range *range = range_of(run, vma);

		if (!range)
			continue;
		known++;
		nr += word_differs(view, range, "kind", words[vma->kind],
				   range->kind);
		nr += word_differs(view, range, "source", sources[vma->source],
				   range->source);
		/* smaps does not see these, but they were all touched */
		if (thp_found && !strncmp(range->label, "thp-none/", 9) &&
		    all_thp(vma, view))
			nr += word_differs(view, range, "thp", "no", "yes");
		if (strcmp(range->policy, "-") &&
		    strncmp(vma->policy, range->policy, strlen(range->policy)))
			nr += word_differs(view, range, "policy", vma->policy,
					   range->policy);
	}
	if (known < run->nr)
		nr += !!fail("%s: only %zu of %zu ranges found", view->name,
			     known, run->nr);
	return nr;
}

uint64_t mixrun_pages(const struct view *view, size_t i, int nid)
{
	size_t col;

	for (col = 0; i < view->nr_vmas && col < view->nr_nodes; col++)
		if (view->nodes[col] == (uint32_t)nid)
			return view->vmas[i].pages[col];
	return 0;
}
