// SPDX-License-Identifier: GPL-2.0
/*
 * sweeper PAGES FROM NODE: PAGES pages on NODE, which need not stay there, for CPUs of
 * node FROM. A line of output has their address. With each line of its input it begins to
 * write to them, over and over, or holds still again, and says so by a line; with the end
 * of its input it ends.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/node.h"
#include "../lib/puppet.h"

static void next(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin))
		exit(0);
}

static int is_told(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&input, 1, 0);
}

int main(int argc, char **argv)
{
	long pages, addr;

	if (argc != 4)
		return 2;
	pages = atol(argv[1]);
	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (node_pin(atoi(argv[2])))
		return 1;
	addr = do_place(pages, 0, atoi(argv[3]));
	if (addr < 0)
		return 1;
	printf("%lx\n", addr);
	for (;;) {
		next();
		puts("sweeps");
		while (!is_told())
			do_touch(addr, pages, 0);
		next();
		puts("holds still");
	}
}
