// SPDX-License-Identifier: GPL-2.0
/*
 * QMP, as far as one question needs it: QEMU greets, the client says that it
 * needs no extras, then asks. Each message is one line of JSON; events may come
 * between. A monitor serves one client: of one that is taken (libvirt keeps its
 * own) comes no greeting, and after a moment nobody waits for it.
 */
#include "qmp.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>

#include "alloc.h"

#define PATIENCE_MS	2000
#define MAX_LINE	(4U << 20)
#define MAX_LINES	1000

struct monitor {
	int fd;
	uint64_t until_ms;
	char *buf;
	size_t have;
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* Is it that process which listens there? Its command line may say anything. */
static bool is_of(int fd, unsigned int pid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
	       peer.pid == (pid_t)pid;
}

/* The path is the process's, which may have another root than we. */
static int monitor_open(unsigned int pid, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *full = numalens_strf("/proc/%u/%s/%s", pid, *path == '/' ? "root" : "cwd", path);
	int fd = -1;

	if (strlen(full) < sizeof(address.sun_path)) {
		strcpy(address.sun_path, full);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	}
	free(full);
	if (fd < 0)
		return -1;
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)) && is_of(fd, pid))
		return fd;
	close(fd);
	return -1;
}

static bool more_read(struct monitor *monitor)
{
	struct pollfd poll_fd = { .fd = monitor->fd, .events = POLLIN };
	uint64_t now = now_ms();
	ssize_t got;

	if (now >= monitor->until_ms || monitor->have > MAX_LINE ||
	    poll(&poll_fd, 1, monitor->until_ms - now) <= 0)
		return false;
	monitor->buf = numalens_realloc(monitor->buf, monitor->have + 4097, 1);
	got = read(monitor->fd, monitor->buf + monitor->have, 4096);
	if (got <= 0)
		return false;
	monitor->have += got;
	monitor->buf[monitor->have] = '\0';
	return true;
}

/* The next message, NULL if none comes. */
static struct json_object *message_read(struct monitor *monitor)
{
	struct json_object *message;
	char *end = NULL;
	size_t len;

	while (!monitor->have || !(end = memchr(monitor->buf, '\n', monitor->have)))
		if (!more_read(monitor))
			return NULL;
	*end = '\0';
	message = json_tokener_parse(monitor->buf);
	len = end + 1 - monitor->buf;
	monitor->have -= len;
	memmove(monitor->buf, end + 1, monitor->have);
	return message;
}

/* What the next message of a name holds; those before it are dropped. */
static struct json_object *member_read(struct monitor *monitor, const char *name)
{
	struct json_object *message, *member = NULL;
	unsigned int i;

	for (i = 0; i < MAX_LINES && !member; i++) {
		message = message_read(monitor);
		if (!json_object_is_type(message, json_type_object) ||
		    json_object_object_get_ex(message, "error", NULL)) {
			json_object_put(message);
			return NULL;
		}
		if (json_object_object_get_ex(message, name, &member))
			json_object_get(member);
		json_object_put(message);
	}
	return member;
}

static struct json_object *ask(struct monitor *monitor, const char *command)
{
	char *line = numalens_strf("{\"execute\": \"%s\"}\n", command);
	ssize_t len = strlen(line);
	struct json_object *answer = NULL;

	if (send(monitor->fd, line, len, MSG_NOSIGNAL) == len)
		answer = member_read(monitor, "return");
	free(line);
	return answer;
}

/**
 * numalens_qmp_ask() - ask a QEMU something
 * @pid: its process
 * @path: socket of its monitor
 * @command: command without arguments
 *
 * Return: the answer, or NULL if there is none; json_object_put() it.
 */
struct json_object *numalens_qmp_ask(unsigned int pid, const char *path, const char *command)
{
	struct monitor monitor = { .fd = monitor_open(pid, path) };
	struct json_object *answer = NULL, *step;

	if (monitor.fd < 0)
		return NULL;
	monitor.until_ms = now_ms() + PATIENCE_MS;
	step = member_read(&monitor, "QMP");
	if (step) {
		json_object_put(step);
		step = ask(&monitor, "qmp_capabilities");
	}
	if (step) {
		json_object_put(step);
		answer = ask(&monitor, command);
	}
	close(monitor.fd);
	free(monitor.buf);
	return answer;
}
