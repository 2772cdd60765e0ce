/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_ORDER_H
#define NUMALENS_TOP_ORDER_H

#include "top.h"

const char *numalens_top_order_name(enum numalens_top_order order);
const char *numalens_top_order_words(enum numalens_top_order order);
bool numalens_top_order_parse(enum numalens_top_order *order, const char *name);
char *numalens_top_order_names(void);
void numalens_top_arrange(struct numalens_top *top);

#endif /* NUMALENS_TOP_ORDER_H */
