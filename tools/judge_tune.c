// SPDX-License-Identifier: GPL-2.0
/*
 * Is a guest as its domain says? Beside where its cells belong, which is judged
 * as every rule of cells is: are its threads where they are pinned to, and is
 * its memory of huge pages?
 */
#include "judge_tune.h"

#include <inttypes.h>
#include <stdlib.h>

#include "alloc.h"
#include "judge.h"
#include "qemu.h"
#include "tune.h"

static void numatune_judge(struct numalens_judgement *judgement)
{
	const struct numalens_tune *tune = judgement->tune;
	size_t i;

	if (!tune->has_numatune)
		numalens_judge_find(judgement, NUMALENS_GRADE_WARNING, "numatune", "domain",
				    numalens_strf("%s has no <numatune>: it does not say where its "
						  "memory belongs, and nothing keeps it there",
						  tune->name));
	for (i = 0; i < tune->nr_memories; i++)
		if (!tune->memories[i].nodes)
			numalens_judge_find(judgement, NUMALENS_GRADE_WARNING, "numatune", "domain",
				numalens_strf("%s leaves it to numad where its memory belongs: only "
					      "what QEMU was told of that is judged", tune->name));
}

/* May a thread run elsewhere than on the CPUs that it is pinned to? */
static void pin_judge(struct numalens_judgement *judgement, size_t index, const char *cpus,
		      const char *rule, char *subject, const char *source)
{
	static struct numalens_list pin, allowed;
	const struct numalens_snapshot *s = judgement->snapshot;
	struct numalens_finding *finding;
	struct numalens_thread thread;
	const char *may;

	numalens_snapshot_thread(s, index, &thread);
	may = numalens_snapshot_string(s, thread.allowed_cpus);
	if (!numalens_list_parse(&pin, cpus) && !numalens_list_parse(&allowed, may) &&
	    !numalens_list_is_within(&allowed, &pin)) {
		finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, rule, subject,
			numalens_strf("thread %" PRIu32 " may run on CPU%s %s; the domain pins it to "
				      "%s (%s)", (uint32_t)thread.tid, allowed.nr > 1 ? "s" : "",
				      may, cpus, source));
		finding->thread = index;
		finding->cpus = cpus;
	}
	free(subject);
}

static void vcpus_judge(struct numalens_judgement *judgement, const struct numalens_qemu *qemu)
{
	size_t cpu, before;

	for (cpu = 0; cpu < qemu->nr_vcpus; cpu++) {
		const struct numalens_tune_pin *pin = numalens_tune_pin(judgement->tune, cpu);
		const struct numalens_vcpu *vcpu = &qemu->vcpus[cpu];

		if (!pin || vcpu->thread == NUMALENS_QEMU_NONE)
			continue;
		before = judgement->nr_findings;
		pin_judge(judgement, vcpu->thread, pin->cpus, "vcpupin",
			  numalens_strf("vCPU %zu", cpu), pin->source);
		if (judgement->nr_findings > before)
			judgement->findings[before].vcpu = cpu;
	}
}

/* QEMU's main thread; those that it started and that are no vCPUs went where it was then. */
static void emulator_judge(struct numalens_judgement *judgement)
{
	const struct numalens_snapshot *s = judgement->snapshot;
	struct numalens_thread thread;
	size_t i;

	for (i = 0; i < s->header.nr_threads && judgement->tune->emulator; i++) {
		numalens_snapshot_thread(s, i, &thread);
		if (thread.tid == s->header.pid)
			pin_judge(judgement, i, judgement->tune->emulator, "emulatorpin",
				  numalens_strdup("emulator"), "<emulatorpin>");
	}
}

static char *kib(uint64_t bytes)
{
	return bytes ? numalens_strf("pages of %" PRIu64 " KiB", bytes / 1024) :
	       numalens_strdup("huge pages");
}

static void pages_judge(struct numalens_judgement *judgement, const struct numalens_area *area,
			const struct numalens_tune_pages *pages)
{
	const struct numalens_snapshot *s = judgement->snapshot;
	struct numalens_finding *finding;
	struct numalens_vma vma;
	char *has, *wants;
	size_t i;

	for (i = 0; i < area->nr_vmas; i++) {
		numalens_snapshot_vma(s, area->vmas[i], &vma);
		if (pages->size ? vma.page_size == pages->size :
		    vma.page_size > s->header.page_size)
			continue;
		has = kib(vma.page_size);
		wants = kib(pages->size);
		finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, "hugepages",
			area->name, numalens_strf("its memory is of %s; the domain asks for %s "
						  "(<hugepages>)", has, wants));
		finding->cell = area->cell;
		free(wants);
		free(has);
		return;
	}
}

/**
 * numalens_judge_tune() - judge a guest by what its domain says, where cells belong apart
 * @judgement: gets what is found
 * @qemu: guest whose VMAs and threads have been found, and its cells judged
 */
void numalens_judge_tune(struct numalens_judgement *judgement, const struct numalens_qemu *qemu)
{
	size_t cell;

	numatune_judge(judgement);
	vcpus_judge(judgement, qemu);
	emulator_judge(judgement);
	for (cell = 0; cell < qemu->nr_cells; cell++) {
		const struct numalens_area *area = numalens_judge_cell(judgement,
								       qemu->cells[cell].id);
		const struct numalens_tune_pages *pages;

		pages = numalens_tune_pages(judgement->tune, qemu->cells[cell].id);
		if (area && pages)
			pages_judge(judgement, area, pages);
	}
}
