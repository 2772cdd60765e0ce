// SPDX-License-Identifier: GPL-2.0
/*
 * Domains, asked of libvirt.
 */
#include "libvirt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "libvirt_load.h"
#include "tune.h"
#include "tune_xml.h"

static const struct numalens_libvirt_library *lib;

/* What libvirt fails with that is about who asks. */
static const int denials[] = {
	VIR_ERR_OPERATION_DENIED, VIR_ERR_AUTH_FAILED, VIR_ERR_AUTH_CANCELLED,
	VIR_ERR_AUTH_UNAVAILABLE, VIR_ERR_ACCESS_DENIED,
};

/* It would print them itself. */
static void ignore(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

static bool is_denied(const virError *error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(denials); i++)
		if (error->code == denials[i])
			return true;
	return error->code == VIR_ERR_SYSTEM_ERROR &&
	       (error->int1 == EACCES || error->int1 == EPERM);
}

/* Of a system error, its number comes along. */
static bool is_nobody_there(const virError *error)
{
	return error->code == VIR_ERR_SYSTEM_ERROR &&
	       (error->int1 == ENOENT || error->int1 == ECONNREFUSED);
}

/* Says what libvirt failed with; @what is what was tried. */
static int fail(const char *what)
{
	static const virError unknown = { .message = (char *)"unknown error" };
	const virError *error = lib->virGetLastError();

	error = error && error->message ? error : &unknown;
	if (is_denied(error))
		return numalens_error(NUMALENS_NO_PERMISSION, "%s: %s; try sudo", what,
				      error->message);
	if (is_nobody_there(error))
		return numalens_error(NUMALENS_MISSING, "%s: %s; is libvirtd, or virtqemud, running?",
				      what, error->message);
	return numalens_error(NUMALENS_FAILED, "%s: %s", what, error->message);
}

/* Processes of another machine are not to be found here. */
static bool is_remote(const char *uri)
{
	const char *authority = strstr(uri, "://");

	return authority && authority[3] && authority[3] != '/';
}

static int refuse_remote(const char *uri)
{
	return numalens_error(NUMALENS_USAGE, "%s is on another machine: run numalens there", uri);
}

static virDomainPtr domain_find(virConnectPtr connection, const char *name)
{
	virDomainPtr domain = lib->virDomainLookupByUUIDString(connection, name);

	return domain ? domain : lib->virDomainLookupByName(connection, name);
}

static int domain_missing(const struct numalens_tune *tune, const char *name)
{
	const virError *error = lib->virGetLastError();

	if (error && error->code == VIR_ERR_NO_DOMAIN)
		return numalens_error(NUMALENS_NO_PROCESS, "%s knows no domain \"%s\"", tune->uri,
				      name);
	return fail("libvirt can't look for the domain");
}

/* It may end at any moment, and is then forgotten if it was not defined. */
static int domain_read(struct numalens_tune *tune, virDomainPtr domain)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "", *xml;
	int active = lib->virDomainIsActive(domain), ret = NUMALENS_OK;

	tune->name = numalens_strdup(lib->virDomainGetName(domain));
	if (lib->virDomainGetUUIDString(domain, uuid) < 0)
		return fail("libvirt can't tell the domain's UUID");
	tune->uuid = numalens_strdup(uuid);
	if (!active)
		return numalens_error(NUMALENS_NO_PROCESS, "domain %s is shut off: it has no memory "
				      "that could be judged; virsh start it", tune->name);
	xml = active > 0 ? lib->virDomainGetXMLDesc(domain, 0) : NULL;
	if (!xml)
		return domain_missing(tune, tune->name);
	if (!numalens_tune_xml_parse(tune, lib, xml))
		ret = numalens_error(NUMALENS_FAILED, "libvirt's XML of domain %s makes no sense",
				     tune->name);
	free(xml);
	return ret;
}

static int connection_read(struct numalens_tune *tune, virConnectPtr connection, const char *name)
{
	const char *type = lib->virConnectGetType(connection);
	char *uri = lib->virConnectGetURI(connection);
	virDomainPtr domain;
	int ret;

	tune->uri = numalens_strdup(uri ? uri : "libvirt");
	free(uri);
	if (is_remote(tune->uri))
		return refuse_remote(tune->uri);
	domain = domain_find(connection, name);
	if (!domain)
		return domain_missing(tune, name);
	if (!type || strcmp(type, "QEMU"))
		ret = numalens_error(NUMALENS_NO_PROCESS, "domain %s of %s is none of QEMU's, but of "
				     "libvirt's driver %s: it has no process to look at", name,
				     tune->uri, type ? type : "?");
	else
		ret = domain_read(tune, domain);
	lib->virDomainFree(domain);
	return ret;
}

/**
 * numalens_libvirt_ask() - ask libvirt about a domain
 * @tune: gets what it says; numalens_tune_free() it, whatever is returned
 * @name: its name or UUID
 * @uri: libvirt's, or NULL for the one that virsh(1) asks
 *
 * The connection is for reading only: nothing about the domain can change by it.
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_libvirt_ask(struct numalens_tune *tune, const char *name, const char *uri)
{
	virConnectPtr connection;
	const char *why;
	int ret;

	memset(tune, 0, sizeof(*tune));
	if (uri && is_remote(uri))
		return refuse_remote(uri);
	lib = numalens_libvirt_load(&why);
	if (!lib)
		return numalens_error(NUMALENS_MISSING, "\"%s\" is no pid, and to know domains takes "
				      "libvirt's library (libvirt0): %s", name, why);
	lib->virSetErrorFunc(NULL, ignore);
	connection = lib->virConnectOpenReadOnly(uri);
	if (!connection) {
		char *what = numalens_strf("\"%s\" is no pid, and libvirt can't be asked for a domain",
					   name);

		ret = fail(what);
		free(what);
		return ret;
	}
	ret = connection_read(tune, connection, name);
	lib->virConnectClose(connection);
	return ret;
}
