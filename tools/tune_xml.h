/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TUNE_XML_H
#define NUMALENS_TUNE_XML_H

#include <stdbool.h>

struct numalens_libvirt_library;
struct numalens_tune;

bool numalens_tune_xml_parse(struct numalens_tune *tune,
			     const struct numalens_libvirt_library *lib, const char *xml);

#endif /* NUMALENS_TUNE_XML_H */
