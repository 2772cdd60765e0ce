/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_STORY_H
#define NUMALENS_STORY_H

struct numalens_snapshot;

char *numalens_story_tell(const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_STORY_H */
