/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_IDENTITY_H
#define NUMALENS_IDENTITY_H

#include <stdbool.h>

/**
 * struct numalens_identity - who a process is; what is not known is NULL
 * @comm: its name
 * @command: its command line
 * @uid: its real user's number
 * @user: that user's name, or the number where there is none
 * @cgroup: path of its cgroup
 */
struct numalens_identity {
	char *comm;
	char *command;
	char *uid;
	char *user;
	char *cgroup;
};

void numalens_identity_read(struct numalens_identity *identity, unsigned int pid);
bool numalens_identity_is_ours(unsigned int pid);
void numalens_identity_free(struct numalens_identity *identity);

#endif /* NUMALENS_IDENTITY_H */
