// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for libvirt's library where no daemon runs: as libvirt.so.0 in
 * LD_LIBRARY_PATH, linked with the libxml2 that the tool finds through it.
 *
 *	SHIM_DOMAINS=DIR	NAME.xml in it is a domain, running if it has an id
 *	SHIM_FAIL=WHERE:CODE:ERRNO
 *				opening (open), looking up (lookup), reading (xml) fails
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>

struct _virDomain {
	char *xml;
	char name[256];
};

static virError last;

/* What links libxml2 in. */
const void *const read_memory = (void *)xmlReadMemory;

static bool fails(const char *where)
{
	const char *text = getenv("SHIM_FAIL");
	size_t len = strlen(where);

	if (!text || strncmp(text, where, len) || text[len] != ':')
		return false;
	if (sscanf(text + len, ":%d:%d", &last.code, &last.int1) != 2)
		abort();
	last.message = (char *)"so it was asked for";
	return true;
}

virConnectPtr virConnectOpenReadOnly(const char *uri)
{
	return fails("open") ? NULL : (virConnectPtr)(uri ? uri : "qemu:///system");
}

int virConnectClose(virConnectPtr connection)
{
	return connection ? 0 : -1;
}

const char *virConnectGetType(virConnectPtr connection)
{
	return connection ? "QEMU" : NULL;
}

char *virConnectGetURI(virConnectPtr connection)
{
	return strdup((char *)connection);
}

/* The text between a start and an end. */
static void between(const char *xml, const char *start, char end, char *to, size_t size)
{
	const char *at = strstr(xml, start);
	size_t len;

	*to = '\0';
	if (!at)
		return;
	at += strlen(start);
	len = strchr(at, end) - at;
	snprintf(to, size, "%.*s", (int)(len < size ? len : size - 1), at);
}

static char *file_read(const char *name)
{
	char path[4096], *text = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.xml", getenv("SHIM_DOMAINS"), name);
	file = fopen(path, "r");
	if (file && fread(text, 1, 65535, file)) {
		fclose(file);
		return text;
	}
	free(text);
	last.code = VIR_ERR_NO_DOMAIN;
	last.message = (char *)"no such domain";
	return NULL;
}

virDomainPtr virDomainLookupByName(virConnectPtr connection, const char *name)
{
	char *xml = !connection || fails("lookup") ? NULL : file_read(name);
	virDomainPtr domain;

	if (!xml)
		return NULL;
	domain = calloc(1, sizeof(*domain));
	domain->xml = xml;
	between(xml, "<name>", '<', domain->name, sizeof(domain->name));
	return domain;
}

/* A file that is called by the UUID holds the name. */
virDomainPtr virDomainLookupByUUIDString(virConnectPtr connection, const char *uuid)
{
	char *name = strlen(uuid) == 36 ? file_read(uuid) : NULL;
	virDomainPtr domain = NULL;

	if (name) {
		name[strcspn(name, "\n")] = '\0';
		domain = virDomainLookupByName(connection, name);
	}
	free(name);
	return domain;
}

int virDomainFree(virDomainPtr domain)
{
	free(domain->xml);
	free(domain);
	return 0;
}

const char *virDomainGetName(virDomainPtr domain)
{
	return domain->name;
}

int virDomainGetUUIDString(virDomainPtr domain, char *uuid)
{
	between(domain->xml, "<uuid>", '<', uuid, VIR_UUID_STRING_BUFLEN);
	return 0;
}

int virDomainIsActive(virDomainPtr domain)
{
	char id[16];

	between(domain->xml, " id='", '\'', id, sizeof(id));
	return !!*id;
}

char *virDomainGetXMLDesc(virDomainPtr domain, unsigned int flags)
{
	return flags || fails("xml") ? NULL : strdup(domain->xml);
}

virErrorPtr virGetLastError(void)
{
	return &last;
}

void virSetErrorFunc(void *data, virErrorFunc handler)
{
	(void)data;
	(void)handler;
}
