// SPDX-License-Identifier: GPL-2.0
/*
 * toucher PAGES FROM TO: on each line of its input, do the next of these; say so
 * by a line of output, the first of which is the address of its memory:
 *	map PAGES pages, on a CPU of node FROM
 *	touch them
 *	run on a CPU of node TO
 * and sleep until it is killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/node.h"
#include "../lib/puppet.h"

static void next(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin))
		exit(1);
}

int main(int argc, char **argv)
{
	long pages, addr;

	if (argc != 4)
		return 2;
	pages = atol(argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	next();
	if (node_pin(atoi(argv[2])))
		return 1;
	addr = do_map(pages, 0, 0);
	printf("%lx\n", addr);
	next();
	do_touch(addr, pages, 0);
	puts("touched");
	next();
	if (node_pin(atoi(argv[3])))
		return 1;
	puts("moved");
	for (;;)
		pause();
}
