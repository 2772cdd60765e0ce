/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_RECORD_H
#define _NUMALENS_RECORD_H

struct numalens_scan;
struct vm_area_struct;

void numalens_record_open(struct numalens_scan *scan, struct vm_area_struct *vma);
void numalens_record_close(struct numalens_scan *scan);

#endif
