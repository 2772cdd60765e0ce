// SPDX-License-Identifier: GPL-2.0
/*
 * Does memory lie where it must? Of a whole process, or of a part of it.
 */
#include "judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "output.h"

/**
 * numalens_judge_find() - note a finding
 * @judgement: gets it
 * @grade: how bad it is
 * @rule: rule that it is about
 * @subject: of what
 * @text: what it is; taken
 *
 * Return: the finding, valid until the next one.
 */
struct numalens_finding *numalens_judge_find(struct numalens_judgement *judgement,
					     enum numalens_grade grade, const char *rule,
					     const char *subject, char *text)
{
	struct numalens_finding *finding;

	judgement->findings = numalens_realloc(judgement->findings, judgement->nr_findings + 1,
					       sizeof(*judgement->findings));
	finding = &judgement->findings[judgement->nr_findings++];
	memset(finding, 0, sizeof(*finding));
	finding->grade = grade;
	finding->rule = rule;
	finding->subject = numalens_strdup(subject);
	finding->cell = NUMALENS_NONE;
	finding->thread = NUMALENS_NONE;
	finding->vcpu = NUMALENS_NONE;
	finding->text = text;
	judgement->nr_wrong += grade == NUMALENS_GRADE_WRONG;
	return finding;
}

/**
 * numalens_judge_area_add() - add memory that is to be judged
 * @judgement: gets it
 * @name: what to call it; taken
 * @nr_vmas: how many VMAs it is; which ones is for the caller to say
 *
 * Return: the area, valid until the next one.
 */
struct numalens_area *numalens_judge_area_add(struct numalens_judgement *judgement,
					      char *name, size_t nr_vmas)
{
	struct numalens_area *area;

	judgement->areas = numalens_realloc(judgement->areas, judgement->nr_areas + 1,
					    sizeof(*judgement->areas));
	area = &judgement->areas[judgement->nr_areas++];
	memset(area, 0, sizeof(*area));
	area->name = name;
	area->cell = NUMALENS_NONE;
	area->vmas = numalens_alloc(nr_vmas, sizeof(*area->vmas));
	area->nr_vmas = nr_vmas;
	area->pages = numalens_alloc(judgement->snapshot->header.nr_nodes, sizeof(*area->pages));
	return area;
}

/**
 * numalens_judge_cell() - find the memory of a cell
 * @judgement: what it is part of
 * @cell: id of the cell
 *
 * Return: its area, NULL if it was not judged.
 */
const struct numalens_area *numalens_judge_cell(const struct numalens_judgement *judgement,
						size_t cell)
{
	size_t i;

	for (i = 0; i < judgement->nr_areas && cell != NUMALENS_NONE; i++)
		if (judgement->areas[i].cell == cell)
			return &judgement->areas[i];
	return NULL;
}

/* Pages of files are where somebody read them first, which nobody's policy is asked about. */
static uint64_t pages_of(const struct numalens_judgement *judgement, size_t index, size_t node)
{
	const struct numalens_snapshot *s = judgement->snapshot;
	struct numalens_vma vma;

	numalens_snapshot_vma(s, index, &vma);
	return numalens_snapshot_vma_value(s, index, judgement->rules->no_files &&
					   vma.kind == NUMALENS_KIND_FILE ? NUMALENS_VMA_ANON :
					   NUMALENS_VMA_PAGES, node);
}

static bool is_wanted(const struct numalens_judgement *judgement,
		      const struct numalens_area *area, size_t node)
{
	return numalens_list_has(&area->wanted,
				 numalens_snapshot_nid(judgement->snapshot, node));
}

/**
 * numalens_judge_area_fill() - count the pages of an area
 * @judgement: what it is part of
 * @area: area whose VMAs, and nodes if there are any, are known
 */
void numalens_judge_area_fill(const struct numalens_judgement *judgement,
			      struct numalens_area *area)
{
	struct numalens_vma vma;
	size_t i, node;

	for (i = 0; i < area->nr_vmas; i++) {
		numalens_snapshot_vma(judgement->snapshot, area->vmas[i], &vma);
		area->untouched += vma.untouched;
		for (node = 0; node < judgement->snapshot->header.nr_nodes; node++) {
			uint64_t pages = pages_of(judgement, area->vmas[i], node);

			area->pages[node] += pages;
			area->resident += pages;
			if (area->has_wanted && !is_wanted(judgement, area, node))
				area->outside += pages;
		}
	}
}

static int by_pages(const void *a, const void *b)
{
	const struct numalens_range *x = a, *y = b;

	if (x->pages != y->pages)
		return x->pages < y->pages ? 1 : -1;
	return (x->vma > y->vma) - (x->vma < y->vma);
}

static struct numalens_range *range_add(struct numalens_finding *finding, size_t vma,
					uint64_t pages)
{
	struct numalens_range *range;

	finding->ranges = numalens_realloc(finding->ranges, finding->nr_ranges + 1,
					   sizeof(*finding->ranges));
	range = &finding->ranges[finding->nr_ranges++];
	memset(range, 0, sizeof(*range));
	range->vma = vma;
	range->pages = pages;
	return range;
}

static enum numalens_policy_fit fit_of(const struct numalens_snapshot *s,
				       const struct numalens_area *area, size_t index)
{
	struct numalens_vma vma;

	numalens_snapshot_vma(s, index, &vma);
	return numalens_policy_fit(numalens_snapshot_string(s, vma.policy),
				   numalens_snapshot_string(s, s->header.mems_allowed),
				   &area->wanted, area->mode);
}

/* Pages, by node, over an even share: what would have to move; 0 within the tolerance. */
static uint64_t excess_of(const struct numalens_judgement *judgement,
			  const struct numalens_area *area, const uint64_t *pages,
			  uint64_t granule)
{
	uint64_t sum = 0, mean, excess = 0, limit;
	size_t node, nr = judgement->snapshot->header.nr_nodes;
	bool skewed = false;

	for (node = 0; node < nr; node++)
		sum += is_wanted(judgement, area, node) ? pages[node] : 0;
	mean = sum / area->wanted.nr;
	limit = mean / 10000.0 * judgement->rules->tolerance_bp;
	limit = limit > granule ? limit : granule;
	for (node = 0; node < nr; node++) {
		if (!is_wanted(judgement, area, node))
			continue;
		if (pages[node] > mean)
			excess += pages[node] - mean;
		skewed |= pages[node] > mean + limit || pages[node] + limit < mean;
	}
	return skewed ? excess : 0;
}

/* Interleaving deals out whole pages, so the last of them makes no skew. */
static uint64_t granule_of(const struct numalens_snapshot *s, size_t index)
{
	struct numalens_vma vma;
	uint64_t thp = 0;
	size_t node;

	numalens_snapshot_vma(s, index, &vma);
	for (node = 0; node < s->header.nr_nodes; node++)
		thp += numalens_snapshot_vma_value(s, index, NUMALENS_VMA_THP, node);
	return thp ? 512 : vma.page_size / s->header.page_size;
}

static void ranges_find(const struct numalens_judgement *judgement,
			const struct numalens_area *area, struct numalens_finding *finding,
			bool skew)
{
	size_t nr = judgement->snapshot->header.nr_nodes, i, node;
	uint64_t *pages = numalens_alloc(nr, sizeof(*pages));
	struct numalens_range *range;

	for (i = 0; i < area->nr_vmas; i++) {
		uint64_t wrong = 0;

		for (node = 0; node < nr; node++) {
			pages[node] = pages_of(judgement, area->vmas[i], node);
			if (!is_wanted(judgement, area, node))
				wrong += pages[node];
		}
		if (skew)
			wrong = excess_of(judgement, area, pages,
					  granule_of(judgement->snapshot, area->vmas[i]));
		if (!wrong)
			continue;
		range = range_add(finding, area->vmas[i], wrong);
		range->fit = fit_of(judgement->snapshot, area, area->vmas[i]);
		range->has_fit = true;
	}
	if (finding->nr_ranges)
		qsort(finding->ranges, finding->nr_ranges, sizeof(*finding->ranges), by_pages);
	free(pages);
}

static char *nodes_name(const struct numalens_list *nodes)
{
	char *list = numalens_list_format(nodes);
	char *text = numalens_strf("node%s %s", nodes->nr > 1 ? "s" : "", list);

	free(list);
	return text;
}

static char *amount(const struct numalens_judgement *judgement, uint64_t pages)
{
	return numalens_output_pages(pages, judgement->snapshot->header.page_size);
}

static void outside_find(struct numalens_judgement *judgement, struct numalens_area *area,
			 const char *rule)
{
	enum numalens_grade grade = area->mode == NUMALENS_MODE_PREFERRED ?
				    NUMALENS_GRADE_WARNING : NUMALENS_GRADE_WRONG;
	char *outside = amount(judgement, area->outside), *all = amount(judgement, area->resident);
	char *nodes = nodes_name(&area->wanted);
	struct numalens_finding *finding;

	finding = numalens_judge_find(judgement, grade, rule, area->name,
				      numalens_strf("%s of %s %s outside %s (%s)", outside, all,
						    numalens_output_unit_name(), nodes,
						    area->source));
	finding->cell = area->cell;
	ranges_find(judgement, area, finding, false);
	area->is_wrong |= grade == NUMALENS_GRADE_WRONG;
	free(nodes);
	free(all);
	free(outside);
}

static void skew_find(struct numalens_judgement *judgement, struct numalens_area *area,
		      const char *rule)
{
	uint64_t granule = 1, excess;
	struct numalens_finding *finding;
	char *moved, *nodes, *tolerance;
	size_t i;

	for (i = 0; i < area->nr_vmas; i++) {
		uint64_t one = granule_of(judgement->snapshot, area->vmas[i]);

		granule = one > granule ? one : granule;
	}
	excess = excess_of(judgement, area, area->pages, granule);
	if (!excess)
		return;
	moved = amount(judgement, excess);
	nodes = nodes_name(&area->wanted);
	tolerance = numalens_output_bp(judgement->rules->tolerance_bp);
	finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, rule, area->name,
				      numalens_strf("uneven on %s, more than %s %% from the mean: "
						    "%s %s too much on some (%s)", nodes,
						    tolerance, moved, numalens_output_unit_name(),
						    area->source));
	finding->cell = area->cell;
	ranges_find(judgement, area, finding, true);
	area->is_wrong = true;
	free(tolerance);
	free(nodes);
	free(moved);
}

/* Right so far, but nothing keeps it so. */
static void luck_find(struct numalens_judgement *judgement, const struct numalens_area *area,
		      const char *rule)
{
	struct numalens_finding *finding;
	size_t i;

	for (i = 0; i < area->nr_vmas; i++) {
		enum numalens_policy_fit fit = fit_of(judgement->snapshot, area, area->vmas[i]);

		if (fit == NUMALENS_POLICY_RIGHT)
			continue;
		finding = numalens_judge_find(judgement, NUMALENS_GRADE_WARNING, rule, area->name,
			numalens_strf("%s, but its policy %s: what it touches later may come "
				      "elsewhere",
				      area->resident ? "its pages are right" : "none of its pages "
				      "is resident yet", fit == NUMALENS_POLICY_MISSING ?
				      "is missing" : "is another"));
		finding->cell = area->cell;
		return;
	}
}

/**
 * numalens_judge_area() - judge an area by where it must lie
 * @judgement: gets what is found
 * @area: area with nodes, filled
 * @rule: what the rule is called
 */
void numalens_judge_area(struct numalens_judgement *judgement, struct numalens_area *area,
			 const char *rule)
{
	size_t before = judgement->nr_findings;

	if (area->outside)
		outside_find(judgement, area, rule);
	if (area->mode == NUMALENS_MODE_INTERLEAVE)
		skew_find(judgement, area, rule);
	if (area->cell != NUMALENS_NONE && before == judgement->nr_findings)
		luck_find(judgement, area, rule);
}

static void remote_judge(struct numalens_judgement *judgement)
{
	const struct numalens_snapshot *s = judgement->snapshot;
	struct numalens_finding *finding;
	char *share, *limit;
	size_t i;

	if (s->header.remote_bp <= judgement->rules->max_remote_bp)
		return;
	share = numalens_output_bp(s->header.remote_bp);
	limit = numalens_output_bp(judgement->rules->max_remote_bp);
	finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, "max-remote", "process",
				      numalens_strf("%s %% of its pages are remote from where its "
						    "threads run, more than %s %% (--max-remote)",
						    share, limit));
	for (i = 0; i < s->header.nr_vmas; i++) {
		struct numalens_vma vma;

		numalens_snapshot_vma(s, i, &vma);
		if (vma.remote_pages)
			range_add(finding, i, vma.remote_pages);
	}
	if (finding->nr_ranges)
		qsort(finding->ranges, finding->nr_ranges, sizeof(*finding->ranges), by_pages);
	free(limit);
	free(share);
}

/**
 * numalens_judge_process() - judge a process by the rules that are for all of it
 * @judgement: gets what is found
 */
void numalens_judge_process(struct numalens_judgement *judgement)
{
	const struct numalens_rules *rules = judgement->rules;
	struct numalens_area *area;
	char *nodes;
	size_t i;

	if (rules->has_nodes) {
		area = numalens_judge_area_add(judgement, numalens_strdup("process"),
					       judgement->snapshot->header.nr_vmas);
		for (i = 0; i < area->nr_vmas; i++)
			area->vmas[i] = i;
		area->has_wanted = true;
		area->wanted = rules->nodes;
		area->mode = rules->mode;
		nodes = numalens_list_format(&rules->nodes);
		area->source = numalens_strf("--nodes %s", nodes);
		free(nodes);
		numalens_judge_area_fill(judgement, area);
		numalens_judge_area(judgement, area, "nodes");
	}
	if (rules->has_max_remote)
		remote_judge(judgement);
}

/**
 * numalens_judge_free() - free all that was judged
 * @judgement: judgement
 */
void numalens_judge_free(struct numalens_judgement *judgement)
{
	size_t i;

	for (i = 0; i < judgement->nr_areas; i++) {
		free(judgement->areas[i].name);
		free(judgement->areas[i].source);
		free(judgement->areas[i].vmas);
		free(judgement->areas[i].pages);
	}
	for (i = 0; i < judgement->nr_findings; i++) {
		free(judgement->findings[i].subject);
		free(judgement->findings[i].text);
		free(judgement->findings[i].ranges);
	}
	free(judgement->areas);
	free(judgement->findings);
}
