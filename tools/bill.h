/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_BILL_H
#define NUMALENS_BILL_H

struct json_object;
struct numalens_account;
struct numalens_child;

void numalens_bill_print(const struct numalens_account *account,
			 const struct numalens_child *child, char **argv);
void numalens_bill_json(const struct numalens_account *account,
			const struct numalens_child *child, char **argv,
			struct json_object *object);

#endif /* NUMALENS_BILL_H */
