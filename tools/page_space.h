/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_SPACE_H
#define NUMALENS_PAGE_SPACE_H

struct json_object;
struct numalens_page;

void numalens_page_space(struct numalens_page *page, struct json_object *space);

#endif /* NUMALENS_PAGE_SPACE_H */
