/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QMP_H
#define NUMALENS_QMP_H

struct json_object;

struct json_object *numalens_qmp_ask(unsigned int pid, const char *path, const char *command);

#endif /* NUMALENS_QMP_H */
