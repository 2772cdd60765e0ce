// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

char *text_read(const char *path, size_t *len)
{
	size_t size = 1 << 16, used = 0;
	char *text = malloc(size);
	int fd, err = 0;
	ssize_t n;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = errno;
		goto free_text;
	}
	while ((n = read(fd, text + used, size - used - 1)) != 0) {
		if (n < 0) {
			err = errno;
			break;
		}
		used += n;
		if (used == size - 1) {
			size *= 2;
			text = realloc(text, size);
		}
	}
	close(fd);
	if (!err) {
		text[used] = '\0';
		if (len)
			*len = used;
		return text;
	}
free_text:
	free(text);
	errno = err;
	return NULL;
}

int text_write(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, data, len);
	if (n < 0)
		ret = -errno;
	else if ((size_t)n != len)
		ret = -EIO;
	close(fd);
	return ret;
}

int text_puts(const char *path, const char *text)
{
	return text_write(path, text, strlen(text));
}

int text_number(const char *path, uint64_t *value)
{
	char *text = text_read(path, NULL);
	char *end;
	int ret = 0;

	if (!text)
		return -errno;
	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || (*end && *end != '\n'))
		ret = -EPROTO;
	free(text);
	return ret;
}

int text_field(const char *text, const char *key, uint64_t *value)
{
	size_t len = strlen(key);
	const char *line;

	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len))
			continue;
		line += len;
		line += strspn(line, ": \t");
		if (!isdigit((unsigned char)*line))
			continue;
		*value = strtoull(line, NULL, 10);
		return 0;
	}
	return -ENOENT;
}

char *text_chomp(char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

unsigned int patience(void)
{
	const char *env = getenv("NUMALENS_PATIENCE");
	int factor = env ? atoi(env) : 1;

	return factor > 1 ? factor : 1;
}
