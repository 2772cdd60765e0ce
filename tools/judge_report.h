/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_JUDGE_REPORT_H
#define NUMALENS_JUDGE_REPORT_H

struct json_object;
struct numalens_judgement;

void numalens_judge_print(const struct numalens_judgement *judgement);
void numalens_judge_json(const struct numalens_judgement *judgement, struct json_object *object);

#endif /* NUMALENS_JUDGE_REPORT_H */
