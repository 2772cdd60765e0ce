/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PLAYBACK_PAGE_H
#define NUMALENS_PLAYBACK_PAGE_H

struct numalens_playback;

int numalens_playback_page(const struct numalens_playback *playback, const char *dir);

#endif /* NUMALENS_PLAYBACK_PAGE_H */
