/* SPDX-License-Identifier: GPL-2.0 */
/*
 * File systems for the mix workload, each in a directory of one name:
 *	tmpfs, ramfs, huge-shmem (tmpfs of huge pages), mpol-* (tmpfs with mpol=)
 */
#ifndef SELFTESTS_MOUNTS_H
#define SELFTESTS_MOUNTS_H

/** mounts_make - a temporary directory with all of them; NULL with errno */
const char *mounts_make(void);

/** mounts_drop - detach and remove what mounts_make() made */
void mounts_drop(void);

#endif
