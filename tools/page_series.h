/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_SERIES_H
#define NUMALENS_PAGE_SERIES_H

struct json_object;
struct numalens_page;

void numalens_page_series(struct numalens_page *page, struct json_object *series);

#endif /* NUMALENS_PAGE_SERIES_H */
