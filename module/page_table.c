// SPDX-License-Identifier: GPL-2.0
/*
 * The inner loop of a scan: one page table, a line of eight entries at a time.
 *
 * The node of each entry comes from its frame's memory section, without asking
 * what the entries beside it are, so that pages in no order cost what pages in
 * order do. A section has a weight: 1 in one of 16 fields of 4 bits, a field for
 * each node, the last one for sections that no node owns alone. The weights of a
 * line add up to how many pages it has on each node, in one word:
 *
 *	entries		n0 n1 n1 n0 n1 n1 n1 n0		(n: on node)
 *	sum		0000000000000053		3 on node 0, 5 on node 1
 *
 * Each entry is read once, before anything is decided. A line that has anything
 * but normal pages of known nodes, either with PROT_NONE ones or with empty
 * entries between them, is counted by the kernel's helpers: at once if all of it is
 * swapped out, or the zero page; else one by one.
 *
 * selftests/bench/pte.c is this file in user space.
 */
#include "page_table.h"

#include <linux/mm.h>
#include <linux/types.h>

#include "frame.h"
#include "pte_raw.h"

/* Bits of an entry below those that name the section of its frame. */
#define SECTION_BIT	(PAGE_SHIFT + PFN_SECTION_SHIFT)

/* Sums of so many lines fit into fields of 8 bits. */
#define LINES_MAX	(U8_MAX / NUMALENS_LINE)

#define EVEN_FIELDS	0x0f0f0f0f0f0f0f0fULL

/**
 * struct line - entries in a row; eight of 8 bytes are a cache line
 * @pte: as they were read
 */
struct line {
	pte_t pte[NUMALENS_LINE];
};

/**
 * struct sieve - what is asked of entries
 * @weights: of sections
 * @last: index of the last of them; one less than a power of two
 * @alike: the bits in which entries of one kind and section do not differ
 * @wrong: the bits that a normal page with a weight does not have
 */
struct sieve {
	const u64 *weights;
	u64 last;
	u64 alike;
	u64 wrong;
};

/**
 * numalens_page_table_absent - count an entry that is not present
 * @counts: where
 * @entry: what it says
 * @nr: base pages that it stands for
 */
void numalens_page_table_absent(struct numalens_counts *counts, softleaf_t entry,
				unsigned long nr)
{
	if (softleaf_is_swap(entry))
		counts->swap += nr;
	else if (softleaf_is_migration(entry))
		counts->migrating += nr;
	else if (!softleaf_is_none(entry) && !softleaf_is_marker(entry))
		counts->uncounted += nr;
}

/**
 * numalens_page_table_abnormal - count an entry that is not a normal page
 * @counts: where
 * @pte: the entry
 *
 * Return: false if it is a normal page, and was not counted.
 */
bool numalens_page_table_abnormal(struct numalens_counts *counts, pte_t pte)
{
	if (pte_none(pte))
		return true;
	if (!pte_present(pte)) {
		numalens_page_table_absent(counts, softleaf_from_pte(pte), 1);
		return true;
	}
	if (!pte_special(pte))
		return false;
	if (is_zero_pfn(pte_pfn(pte)))
		counts->zero++;
	else
		counts->uncounted++;
	return true;
}

static void count_single(struct numalens_owned *owned, struct numalens_counts *counts, pte_t pte,
			 unsigned int index)
{
	unsigned int owner;

	if (numalens_page_table_abnormal(counts, pte))
		return;
	owner = numalens_frames_owner(owned->frames, pte_pfn(pte));
	if (owner == NUMALENS_CELL_UNKNOWN)
		owned->look[owned->nr_look++] = index;
	else
		owned->pages[owner]++;
}

static __always_inline bool maps_swap(pte_t pte)
{
	return !pte_present(pte) & !pte_none(pte) & softleaf_is_swap(softleaf_from_pte(pte));
}

static __always_inline bool maps_zero_page(pte_t pte)
{
	return !!pte_present(pte) & !!pte_special(pte) & is_zero_pfn(pte_pfn(pte));
}

/* All are asked: branches would cost more. */
static __always_inline bool all_map(const struct line *line, bool (*maps)(pte_t pte))
{
	unsigned int nr = 0, i;

	for (i = 0; i < NUMALENS_LINE; i++)
		nr += maps(line->pte[i]);
	return nr == NUMALENS_LINE;
}

static noinline void count_odd(struct numalens_owned *owned, struct numalens_counts *counts,
			       const struct line *line, unsigned int index)
{
	unsigned int i;

	if (maps_swap(line->pte[0]) && all_map(line, maps_swap)) {
		counts->swap += NUMALENS_LINE;
		return;
	}
	if (maps_zero_page(line->pte[0]) && all_map(line, maps_zero_page)) {
		counts->zero += NUMALENS_LINE;
		return;
	}
	for (i = 0; i < NUMALENS_LINE; i++)
		count_single(owned, counts, line->pte[i], index + i);
}

/*
 * What a PROT_NONE entry would be if it were present. Of others that are absent,
 * PROT_NONE becomes set, so that they are seen to be wrong.
 */
static __always_inline u64 as_present(u64 entry)
{
	static_assert(NUMALENS_PTE_RAW_PRESENT == 1);
	return entry ^ (((entry & NUMALENS_PTE_RAW_PRESENT) - 1) & numalens_pte_raw_hinting());
}

static __always_inline u64 weight(const struct sieve *sieve, u64 entry)
{
	return sieve->weights[(entry >> SECTION_BIT) & sieve->last];
}

/* Pages of one section, all present or all PROT_NONE; or nothing. */
static __always_inline u64 weigh_alike(const struct sieve *sieve, u64 any)
{
	u64 entry = as_present(any);

	if (!any)
		return 0;
	if (!(entry & NUMALENS_PTE_RAW_PRESENT) || (entry & sieve->wrong))
		return NUMALENS_WEIGHT_UNKNOWN;
	return weight(sieve, entry) * NUMALENS_LINE;
}

/* Pages that are present, all of them. Spelt out, so that the line stays in registers. */
static __always_inline u64 sum_up(const struct sieve *sieve, const u64 *e)
{
	return weight(sieve, e[0]) + weight(sieve, e[1]) + weight(sieve, e[2]) +
	       weight(sieve, e[3]) + weight(sieve, e[4]) + weight(sieve, e[5]) +
	       weight(sieve, e[6]) + weight(sieve, e[7]);
}

/* Pages of which some, or all, are PROT_NONE. */
static noinline u64 weigh_hinting(const struct sieve *sieve, const struct line *line)
{
	const u64 e[] = {
		as_present(numalens_pte_raw(line->pte[0])),
		as_present(numalens_pte_raw(line->pte[1])),
		as_present(numalens_pte_raw(line->pte[2])),
		as_present(numalens_pte_raw(line->pte[3])),
		as_present(numalens_pte_raw(line->pte[4])),
		as_present(numalens_pte_raw(line->pte[5])),
		as_present(numalens_pte_raw(line->pte[6])),
		as_present(numalens_pte_raw(line->pte[7])),
	};
	const u64 any = e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7];
	const u64 all = e[0] & e[1] & e[2] & e[3] & e[4] & e[5] & e[6] & e[7];

	if (!(all & NUMALENS_PTE_RAW_PRESENT) || (any & sieve->wrong))
		return NUMALENS_WEIGHT_UNKNOWN;
	return sum_up(sieve, e);
}

/* Pages with empty entries between them, which are taken for pages of the first section. */
static __always_inline u64 weigh_sparse(const struct sieve *sieve, const u64 *e)
{
	const u64 present = (e[0] & 1) + (e[1] & 1) + (e[2] & 1) + (e[3] & 1) +
			    (e[4] & 1) + (e[5] & 1) + (e[6] & 1) + (e[7] & 1);
	const u64 empty = !e[0] + !e[1] + !e[2] + !e[3] + !e[4] + !e[5] + !e[6] + !e[7];

	if (present + empty != NUMALENS_LINE)
		return NUMALENS_WEIGHT_UNKNOWN;
	return sum_up(sieve, e) - empty * sieve->weights[0];
}

/* Return: the sum of a line's weights; with one of NUMALENS_WEIGHT_UNKNOWN, nothing is known. */
static __always_inline u64 weigh(const struct sieve *sieve, const struct line *line)
{
	const u64 e[] = {
		numalens_pte_raw(line->pte[0]), numalens_pte_raw(line->pte[1]),
		numalens_pte_raw(line->pte[2]), numalens_pte_raw(line->pte[3]),
		numalens_pte_raw(line->pte[4]), numalens_pte_raw(line->pte[5]),
		numalens_pte_raw(line->pte[6]), numalens_pte_raw(line->pte[7]),
	};
	const u64 any = e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7];
	const u64 all = e[0] & e[1] & e[2] & e[3] & e[4] & e[5] & e[6] & e[7];

	if (!((any ^ all) & sieve->alike))
		return weigh_alike(sieve, any);
	if (any & sieve->wrong)
		return weigh_hinting(sieve, line);
	if (!(all & NUMALENS_PTE_RAW_PRESENT))
		return weigh_sparse(sieve, e);
	return sum_up(sieve, e);
}

static void unpack(struct numalens_owned *owned, u64 even, u64 odd)
{
	unsigned int i;

	for (i = 0; even | odd; i += 2, even >>= 8, odd >>= 8) {
		owned->pages[i] += even & U8_MAX;
		owned->pages[i + 1] += odd & U8_MAX;
	}
}

static void count_lines(struct numalens_owned *owned, struct numalens_counts *counts,
			const pte_t *table, unsigned int index, unsigned int end)
{
	const struct numalens_frames *frames = owned->frames;
	const u64 sections = numalens_pte_raw_frame() & ~((1ULL << SECTION_BIT) - 1);
	const u64 bits = NUMALENS_PTE_RAW_SPECIAL | NUMALENS_PTE_RAW_PROT_NONE;
	const struct sieve sieve = {
		.weights = frames->weights,
		.last = frames->last_weight,
		.alike = sections | bits | NUMALENS_PTE_RAW_PRESENT,
		.wrong = (sections & ~(frames->last_weight << SECTION_BIT)) | bits,
	};
	u64 even = 0, odd = 0;

	for (; index < end; index += NUMALENS_LINE) {
		const pte_t *ptep = table + index;
		const struct line line = { {
			READ_ONCE(ptep[0]), READ_ONCE(ptep[1]), READ_ONCE(ptep[2]),
			READ_ONCE(ptep[3]), READ_ONCE(ptep[4]), READ_ONCE(ptep[5]),
			READ_ONCE(ptep[6]), READ_ONCE(ptep[7]),
		} };
		u64 sum = weigh(&sieve, &line);

		if (unlikely(sum >= NUMALENS_WEIGHT_UNKNOWN)) {
			count_odd(owned, counts, &line, index);
			continue;
		}
		even += sum & EVEN_FIELDS;
		odd += (sum >> 4) & EVEN_FIELDS;
	}
	unpack(owned, even, odd);
}

/**
 * numalens_page_table_count - count what a page table maps
 * @owned: where normal pages are counted; those that it can't tell are listed in @look
 * @counts: where the rest is counted
 * @table: its first entry
 * @nr: entries
 *
 * Context: RCU, or what else keeps the table. Entries may change meanwhile.
 */
void numalens_page_table_count(struct numalens_owned *owned, struct numalens_counts *counts,
			       const pte_t *table, unsigned int nr)
{
	unsigned int end, index = 0;

	owned->nr_look = 0;
	while (numalens_pte_raw_usable() && nr - index >= NUMALENS_LINE) {
		end = index + min(round_down(nr - index, NUMALENS_LINE),
				  LINES_MAX * NUMALENS_LINE);
		count_lines(owned, counts, table, index, end);
		index = end;
	}
	for (; index < nr; index++)
		count_single(owned, counts, READ_ONCE(table[index]), index);
}
