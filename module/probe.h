/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROBE_H
#define _NUMALENS_PROBE_H

int numalens_probe_arm(void);
void numalens_probe_disarm(void);
int numalens_probe_init(void);

#endif
