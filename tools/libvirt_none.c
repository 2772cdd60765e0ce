// SPDX-License-Identifier: GPL-2.0
/*
 * In the place of libvirt.c, where libvirt's headers were not there to build with.
 */
#include "libvirt.h"

#include "error.h"

/**
 * numalens_libvirt_ask() - ask libvirt about a domain
 * @tune: gets nothing
 * @name: its name
 * @uri: libvirt's, or NULL
 *
 * Return: the exit status.
 */
int numalens_libvirt_ask(struct numalens_tune *tune, const char *name, const char *uri)
{
	(void)tune;
	(void)uri;
	return numalens_error(NUMALENS_MISSING,
			      "\"%s\" is no pid, and this numalens was built without libvirt "
			      "(libvirt-dev, libxml2-dev): it knows no domains; give the pid of "
			      "QEMU", name);
}
