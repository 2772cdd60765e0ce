// SPDX-License-Identifier: GPL-2.0
#include "klog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "case.h"

static int fd = -1;

static const char *const complaints[] = {
	"WARNING: ", "BUG: ", "Oops", "general protection", "Call Trace:",
	"blocked for more than", "self-detected stall", "rcu: INFO",
	"INFO: possible", "KASAN", "UBSAN", "list_del corruption",
	"refcount_t: ", "Bad page", "Bad rss-counter",
};

int klog_begin(void)
{
	if (fd >= 0)
		close(fd);
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return lseek(fd, 0, SEEK_END) < 0 ? -errno : 0;
}

int klog_complaints(void)
{
	char line[8192];
	bool refused = false;
	int nr = 0;
	ssize_t n;

	/* EPIPE: lines were lost, the next read goes on behind them */
	while ((n = read(fd, line, sizeof(line) - 1)) > 0 ||
	       (n < 0 && errno == EPIPE)) {
		size_t i;

		line[n > 0 ? n : 0] = '\0';
		/* the kernel has races of its own; whose these are guest-tests tells */
		if (strstr(line, "BUG: KCSAN"))
			continue;
		/* of an allocation that failed there may be a trace, too */
		refused |= !!strstr(line, "vmalloc error: ");
		if (refused && strstr(line, "Call Trace:")) {
			refused = false;
			continue;
		}
		for (i = 0; i < ARRAY_SIZE(complaints); i++) {
			if (!strstr(line, complaints[i]))
				continue;
			note("kernel: %.200s", line);
			nr++;
			break;
		}
	}
	return nr;
}
