/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LAB_RECORD_H
#define NUMALENS_LAB_RECORD_H

struct json_object;
struct numalens_lab;

void numalens_lab_phase_end(struct numalens_lab *lab);
void numalens_lab_record_text(struct json_object *object, const char *key, const char *text);
const char *numalens_lab_record_get(const struct json_object *object, const char *key);

#endif /* NUMALENS_LAB_RECORD_H */
