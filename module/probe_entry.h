/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROBE_ENTRY_H
#define _NUMALENS_PROBE_ENTRY_H

int numalens_probe_entry_arm(void);
void numalens_probe_entry_disarm(void);
void numalens_probe_entry_exit(void);

#endif
