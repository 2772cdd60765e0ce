/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_DOMAIN_TABLE_H
#define NUMALENS_DOMAIN_TABLE_H

#include "column.h"

struct numalens_domains;

/* Of numalens_domain_table() */
extern const struct numalens_column_set numalens_domain_columns;

struct numalens_table *numalens_domain_table(const struct numalens_domains *domains);

#endif /* NUMALENS_DOMAIN_TABLE_H */
