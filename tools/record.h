/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RECORD_H
#define NUMALENS_RECORD_H

struct json_object;

int numalens_record_read(const char *path, struct json_object **record);

#endif /* NUMALENS_RECORD_H */
