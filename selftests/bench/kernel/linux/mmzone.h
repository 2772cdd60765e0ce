/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_LINUX_MMZONE_H
#define _BENCH_LINUX_MMZONE_H

/* Sections of 128 MiB. */
#define PAGE_SHIFT		12
#define PFN_SECTION_SHIFT	(27 - PAGE_SHIFT)

#endif
