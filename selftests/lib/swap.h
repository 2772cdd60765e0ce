/* SPDX-License-Identifier: GPL-2.0 */
/* Swap space for a test: what there is, or a zram device of its own. */
#ifndef SELFTESTS_SWAP_H
#define SELFTESTS_SWAP_H

#include <stddef.h>

/** swap_begin - make sure that there is swap; 0, or -errno */
int swap_begin(void);

/** swap_begin_of - the same; half of that many bytes, where there is some, is enough */
int swap_begin_of(size_t size);

/** swap_end - undo either */
void swap_end(void);

#endif
