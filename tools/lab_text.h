/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LAB_TEXT_H
#define NUMALENS_LAB_TEXT_H

struct json_object;

void numalens_lab_text_begin(const struct json_object *experiment);
void numalens_lab_text_phase(const struct json_object *phase);
void numalens_lab_text_table(const struct json_object *table);
void numalens_lab_text_matrix(const struct json_object *matrix);
void numalens_lab_text_space(const struct json_object *space);
void numalens_lab_text_threads(const struct json_object *threads);
void numalens_lab_text_end(const struct json_object *experiment);

#endif /* NUMALENS_LAB_TEXT_H */
