/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_UNDO_H
#define NUMALENS_UNDO_H

int numalens_undo_add(const char *directory, const char *name, const char *text);
void numalens_undo_run(int undo);
void numalens_undo_all(void);
void numalens_undo_drop(int undo);
void numalens_undo_forget(void);
void numalens_undo_last(void (*function)(void));
int numalens_undo_setting(const char *directory, const char *name, const char *value);

#endif /* NUMALENS_UNDO_H */
