/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PROGRESS_H
#define NUMALENS_PROGRESS_H

void numalens_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void numalens_progress_end(void);

#endif /* NUMALENS_PROGRESS_H */
