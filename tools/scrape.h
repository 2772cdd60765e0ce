/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SCRAPE_H
#define NUMALENS_SCRAPE_H

#include <stdbool.h>
#include <stddef.h>

struct numalens_fleet;
struct numalens_metrics;

void numalens_scrape_machine(struct numalens_metrics *metrics, bool up);
void numalens_scrape_fleet(struct numalens_metrics *metrics, const struct numalens_fleet *fleet,
			   size_t max);

#endif /* NUMALENS_SCRAPE_H */
