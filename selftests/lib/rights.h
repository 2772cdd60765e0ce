/* SPDX-License-Identifier: GPL-2.0 */
/* Ways to lose rights, for a child: there is no way back. Each returns 0, or -errno. */
#ifndef SELFTESTS_RIGHTS_H
#define SELFTESTS_RIGHTS_H

/** rights_drop - give up one capability */
int rights_drop(int right);

/** rights_none - give up all of them, and stay uid 0 */
int rights_none(void);

/** rights_nobody - become another user */
int rights_nobody(void);

/** rights_namespace - be uid 0, with all capabilities, of a new user namespace only */
int rights_namespace(void);

#endif
