/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_PAGE_FLAGS_H
#define _NUMALENS_COMPAT_LINUX_PAGE_FLAGS_H

#include_next <linux/page-flags.h>

/* "mm: rename PAGE_MAPPING_* to FOLIO_MAPPING_*" (v6.17) */
#ifndef FOLIO_MAPPING_ANON
#define FOLIO_MAPPING_ANON	PAGE_MAPPING_ANON
#endif

#endif
