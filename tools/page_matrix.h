/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_MATRIX_H
#define NUMALENS_PAGE_MATRIX_H

struct json_object;
struct numalens_page;

void numalens_page_matrix(struct numalens_page *page, struct json_object *matrix);

#endif /* NUMALENS_PAGE_MATRIX_H */
