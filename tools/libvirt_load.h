/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LIBVIRT_LOAD_H
#define NUMALENS_LIBVIRT_LOAD_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>

/* Functions of libvirt's, and of libxml2, by their names. */
struct numalens_libvirt_library {
	__typeof__(virConnectClose) *virConnectClose;
	__typeof__(virConnectGetType) *virConnectGetType;
	__typeof__(virConnectGetURI) *virConnectGetURI;
	__typeof__(virConnectOpenReadOnly) *virConnectOpenReadOnly;
	__typeof__(virDomainFree) *virDomainFree;
	__typeof__(virDomainGetName) *virDomainGetName;
	__typeof__(virDomainGetUUIDString) *virDomainGetUUIDString;
	__typeof__(virDomainGetXMLDesc) *virDomainGetXMLDesc;
	__typeof__(virDomainIsActive) *virDomainIsActive;
	__typeof__(virDomainLookupByName) *virDomainLookupByName;
	__typeof__(virDomainLookupByUUIDString) *virDomainLookupByUUIDString;
	__typeof__(virGetLastError) *virGetLastError;
	__typeof__(virSetErrorFunc) *virSetErrorFunc;
	__typeof__(xmlDocGetRootElement) *xmlDocGetRootElement;
	__typeof__(xmlFreeDoc) *xmlFreeDoc;
	__typeof__(xmlReadMemory) *xmlReadMemory;
};

const struct numalens_libvirt_library *numalens_libvirt_load(const char **why);

#endif /* NUMALENS_LIBVIRT_LOAD_H */
