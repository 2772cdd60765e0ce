/* SPDX-License-Identifier: GPL-2.0 */
/* Loading and unloading numalens.ko, without a process for each time. */
#ifndef SELFTESTS_MODULE_H
#define SELFTESTS_MODULE_H

/** module_find - read what NUMALENS_KO names, the tree's, or the installed one; 0, -errno */
int module_find(void);

/** module_path - what module_find() looked for */
const char *module_path(void);

/** module_load - init_module(2); 0, or -errno */
int module_load(void);

/** module_unload - delete_module(2); 0, or -errno */
int module_unload(void);

#endif
