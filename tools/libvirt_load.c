// SPDX-License-Identifier: GPL-2.0
/*
 * The library of libvirt, loaded when it is needed, and not linked with: it
 * brings thirty others along, which no other command has a use for, and all but
 * domains works without it. One of those that it brings is libxml2, which is
 * found through it, and so is the one that it works with itself.
 */
#include "libvirt_load.h"

#include <dlfcn.h>

#include "alloc.h"

#define LIBRARY		"libvirt.so.0"
#define SYMBOL(name)	{ #name, (void **)&library.name }

static struct numalens_libvirt_library library;

static const struct {
	const char *name;
	void **pointer;
} symbols[] = {
	SYMBOL(virConnectClose),
	SYMBOL(virConnectGetType),
	SYMBOL(virConnectGetURI),
	SYMBOL(virConnectOpenReadOnly),
	SYMBOL(virDomainFree),
	SYMBOL(virDomainGetName),
	SYMBOL(virDomainGetUUIDString),
	SYMBOL(virDomainGetXMLDesc),
	SYMBOL(virDomainIsActive),
	SYMBOL(virDomainLookupByName),
	SYMBOL(virDomainLookupByUUIDString),
	SYMBOL(virGetLastError),
	SYMBOL(virSetErrorFunc),
	SYMBOL(xmlDocGetRootElement),
	SYMBOL(xmlFreeDoc),
	SYMBOL(xmlReadMemory),
};

/**
 * numalens_libvirt_load() - load libvirt's library
 * @why: gets what is wrong
 *
 * Return: its functions, or NULL.
 */
const struct numalens_libvirt_library *numalens_libvirt_load(const char **why)
{
	void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	for (i = 0; handle && i < ARRAY_SIZE(symbols); i++) {
		*symbols[i].pointer = dlsym(handle, symbols[i].name);
		if (!*symbols[i].pointer)
			handle = NULL;
	}
	if (handle)
		return &library;
	*why = dlerror();
	return NULL;
}
