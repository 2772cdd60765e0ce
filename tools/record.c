// SPDX-License-Identifier: GPL-2.0
/*
 * A record of experiments that was saved before.
 */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "field.h"

#define FORMAT		1
#define MAX_RECORD	(64LL << 20)

/* A negative errno, or how much there was. */
static ssize_t read_all(int fd, char **text)
{
	size_t size = 0, len = 0;
	ssize_t got;

	*text = NULL;
	do {
		if (size - len < 2) {
			size = size ? size * 2 : 1 << 16;
			*text = numalens_realloc(*text, size, 1);
		}
		got = read(fd, *text + len, size - len - 1);
		if (got < 0 && errno != EINTR)
			return -errno;
		len += got > 0 ? got : 0;
		if (len > MAX_RECORD)
			return -EFBIG;
	} while (got);
	(*text)[len] = '\0';
	return len;
}

static int load(const char *path, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -errno : read_all(fd, text);

	if (fd >= 0)
		close(fd);
	if (got < 0)
		return numalens_error(got == -EACCES || got == -EPERM ? NUMALENS_NO_PERMISSION :
				      NUMALENS_FAILED, "can't read %s: %s", path, strerror(-got));
	*len = got;
	return NUMALENS_OK;
}

static int parse(const char *path, const char *text, size_t len, struct json_object **record)
{
	struct json_tokener *tokener = json_tokener_new();
	enum json_tokener_error error;
	size_t end;

	if (!tokener)
		return numalens_error(NUMALENS_FAILED, "out of memory");
	*record = json_tokener_parse_ex(tokener, text, len);
	error = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	json_tokener_free(tokener);
	if (error == json_tokener_continue)
		return numalens_error(NUMALENS_FAILED, "%s is cut off: its JSON does not end", path);
	if (error != json_tokener_success)
		return numalens_error(NUMALENS_FAILED, "%s is no JSON from byte %zu on: %s", path,
				      end, json_tokener_error_desc(error));
	end += strspn(text + end, " \t\r\n");
	if (end < len)
		return numalens_error(NUMALENS_FAILED, "%s goes on behind its JSON, at byte %zu",
				      path, end);
	return NUMALENS_OK;
}

static int check(const char *path, struct json_object *record)
{
	struct json_object *format = numalens_field_member(record, "format");
	double number;

	if (strcmp(numalens_field_text(record, "command"), "lab") ||
	    !numalens_field_number(format, &number))
		return numalens_error(NUMALENS_FAILED, "%s is no record of numalens lab", path);
	if (number != FORMAT)
		return numalens_error(NUMALENS_FAILED,
				      "%s is a record in format %g; this numalens knows %d", path,
				      number, FORMAT);
	return NUMALENS_OK;
}

/**
 * numalens_record_read() - read a record
 * @path: file
 * @record: gets it, json_object_put() it; NULL if it can't be used
 *
 * Its members may be absent, or of any type: field.c reads them.
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_record_read(const char *path, struct json_object **record)
{
	char *text = NULL;
	size_t len = 0;
	int ret;

	*record = NULL;
	ret = load(path, &text, &len);
	if (!ret)
		ret = parse(path, text, len, record);
	if (!ret)
		ret = check(path, *record);
	free(text);
	if (ret) {
		json_object_put(*record);
		*record = NULL;
	}
	return ret;
}
