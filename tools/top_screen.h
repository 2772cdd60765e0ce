/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_SCREEN_H
#define NUMALENS_TOP_SCREEN_H

#include <stdbool.h>

struct numalens_frame;

int numalens_top_screen_open(void);
void numalens_top_screen_close(void);
bool numalens_top_screen_size(unsigned int *width, unsigned int *height);
void numalens_top_screen_show(const struct numalens_frame *frame);
int numalens_top_screen_key(int timeout_ms);

#endif /* NUMALENS_TOP_SCREEN_H */
