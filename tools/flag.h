/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FLAG_H
#define NUMALENS_FLAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct numalens_domains;

void numalens_flag_explain_print(const struct numalens_domains *domains);
void numalens_flag_table_print(const struct numalens_domains *domains);
struct json_object *numalens_flag_table_json(const struct numalens_domains *domains);

#endif /* NUMALENS_FLAG_H */
