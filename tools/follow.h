/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FOLLOW_H
#define NUMALENS_FOLLOW_H

int numalens_follow_run(const char *what);

#endif /* NUMALENS_FOLLOW_H */
