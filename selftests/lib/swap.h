/* SPDX-License-Identifier: GPL-2.0 */
/* Swap space for a test: what there is, or a zram device of its own. */
#ifndef SELFTESTS_SWAP_H
#define SELFTESTS_SWAP_H

/** swap_begin - make sure that there is swap; 0, or -errno */
int swap_begin(void);

/** swap_end - undo swap_begin() */
void swap_end(void);

#endif
