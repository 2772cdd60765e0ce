/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LABEL_H
#define NUMALENS_LABEL_H

char *numalens_label_escape(const char *value);
void numalens_label_add(char **labels, const char *name, const char *value);
void numalens_label_add_id(char **labels, const char *name, unsigned int id);

#endif /* NUMALENS_LABEL_H */
