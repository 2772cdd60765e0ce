// SPDX-License-Identifier: GPL-2.0
/*
 * Which VMAs the memory of a guest is.
 *
 * QEMU maps each backend in one piece, with a guard page behind it; what has
 * been done to parts of it since (mbind, madvise) may have split it into VMAs
 * that still follow each other. So a run of like VMAs of just the backend's
 * size is looked for, of a kind that its type can be, and of its file if it has
 * one. Where several will do, the name of the file tells (QEMU puts the id into
 * it), then the policy, since QEMU sets the one that the backend asks for; at
 * last the order: the kernel maps downwards, so what was created first lies
 * highest.
 */
#include "qemu_vma.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "policy.h"
#include "qemu.h"
#include "snapshot.h"

#define RAM	(1U << NUMALENS_KIND_ANON | 1U << NUMALENS_KIND_SHMEM)
#define MEMFD	(1U << NUMALENS_KIND_SHMEM | 1U << NUMALENS_KIND_HUGETLB)
#define FILES	(MEMFD | 1U << NUMALENS_KIND_FILE | 1U << NUMALENS_KIND_SPECIAL)

static const struct {
	const char *type;
	unsigned int kinds;
} types[] = {
	{ "memory-backend-ram", RAM },
	{ "memory-backend-memfd", MEMFD },
	{ "memory-backend-file", FILES },
	{ "memory-backend-shm", MEMFD },
};

static bool kind_fits(const struct numalens_backend *backend, const struct numalens_vma *vma)
{
	unsigned int shared = vma->perms & NUMALENS_PERM_SHARED, i;

	if (!(vma->perms & NUMALENS_PERM_WRITE) || vma->kind > NUMALENS_KIND_SPECIAL ||
	    backend->shared != !!shared)
		return false;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].type, backend->type))
			return types[i].kinds & 1U << vma->kind;
	return true;
}

/* A file, "/srv/ram", perhaps " (deleted)" since; or one in a directory. */
static bool is_path_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && (!path[len] || strchr("/ ", path[len]));
}

static bool path_fits(const struct numalens_backend *backend, const char *path)
{
	if (backend->path)
		return is_path_below(path, backend->path);
	if (!strcmp(backend->type, "memory-backend-memfd"))
		return !strncmp(path, "/memfd:", 7);
	if (!strcmp(backend->type, "memory-backend-shm"))
		return !strncmp(path, "/dev/shm/", 9);
	/* What is shared newer ones make of a memfd. */
	if (backend->shared && !strncmp(path, "/memfd:", 7))
		return true;
	return !*path || *path == '[' || !strncmp(path, "/dev/zero", 9);
}

static bool follows(const struct numalens_snapshot *s, const struct numalens_vma *vma,
		    const struct numalens_vma *before)
{
	return vma->start == before->end && vma->kind == before->kind &&
	       vma->perms == before->perms && vma->page_size == before->page_size &&
	       !strcmp(numalens_snapshot_string(s, vma->path),
		       numalens_snapshot_string(s, before->path));
}

/* VMAs from the first on that are together as large as the backend; 0 if none are. */
static size_t run_length(const struct numalens_snapshot *s, size_t first,
			 const struct numalens_backend *backend)
{
	struct numalens_vma vma, before;
	uint64_t size, want;
	size_t i = first;

	numalens_snapshot_vma(s, i, &vma);
	if (!backend->size || !vma.page_size || !kind_fits(backend, &vma) ||
	    !path_fits(backend, numalens_snapshot_string(s, vma.path)))
		return 0;
	want = (backend->size + vma.page_size - 1) / vma.page_size * vma.page_size;
	for (size = vma.end - vma.start; size < want; size += vma.end - vma.start) {
		before = vma;
		if (++i == s->header.nr_vmas)
			return 0;
		numalens_snapshot_vma(s, i, &vma);
		if (!follows(s, &vma, &before))
			return 0;
	}
	return size == want ? i + 1 - first : 0;
}

static bool policy_is(const struct numalens_backend *backend, const char *policy)
{
	const char *colon = strchr(policy, ':');
	size_t len = strcmp(backend->policy, "preferred") ? strlen(backend->policy) : 6;

	if (!strcmp(backend->policy, "default"))
		return !colon;
	return !strncmp(policy, backend->policy, len) && colon &&
	       !strcmp(colon + 1, backend->nodes);
}

static unsigned int score_of(const struct numalens_snapshot *s, size_t first,
			     const struct numalens_backend *backend)
{
	char *name = numalens_strf("qemu_back_mem.%s.", backend->id);
	char *canonical = numalens_strf("qemu_back_mem._objects_%s.", backend->id);
	struct numalens_vma vma;
	unsigned int score = 1;
	const char *path;

	numalens_snapshot_vma(s, first, &vma);
	path = numalens_snapshot_string(s, vma.path);
	if (strstr(path, name) || strstr(path, canonical))
		score += 4;
	if (policy_is(backend, numalens_snapshot_string(s, vma.policy)))
		score += 2;
	free(canonical);
	free(name);
	return score;
}

static void vmas_take(struct numalens_backend *backend, size_t first, size_t nr, bool *used)
{
	size_t i;

	backend->vmas = numalens_alloc(nr, sizeof(*backend->vmas));
	backend->nr_vmas = nr;
	for (i = 0; i < nr; i++) {
		backend->vmas[i] = first + i;
		used[first + i] = true;
	}
}

static void backend_find(struct numalens_backend *backend, const struct numalens_snapshot *s,
			 bool *used)
{
	size_t best = 0, best_nr = 0, first;
	unsigned int best_score = 0;

	for (first = 0; first < s->header.nr_vmas; first++) {
		size_t nr = used[first] ? 0 : run_length(s, first, backend);
		unsigned int score = nr ? score_of(s, first, backend) : 0;

		if (score && score >= best_score) {
			best = first;
			best_nr = nr;
			best_score = score;
		}
	}
	if (best_nr)
		vmas_take(backend, best, best_nr, used);
}

/**
 * numalens_qemu_vma_find() - find the VMAs of all backends
 * @qemu: guest; one of its backends that is not found gets no VMA
 * @snapshot: of its process
 */
void numalens_qemu_vma_find(struct numalens_qemu *qemu, const struct numalens_snapshot *snapshot)
{
	bool *used = numalens_alloc(snapshot->header.nr_vmas, sizeof(*used));
	size_t i;

	for (i = 0; i < qemu->nr_backends; i++)
		backend_find(&qemu->backends[i], snapshot, used);
	free(used);
}
