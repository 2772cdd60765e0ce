// SPDX-License-Identifier: GPL-2.0
/*
 * A process with as many VMAs as asked for, one page each.
 *
 *	vmas [-n VMAS] [-t EVERY]
 *
 *	-n	how many VMAs (60000)
 *	-t	touch the page of every so manieth, 0 for none (4)
 *
 * vm.max_map_count must allow it. Prints "ready" and sleeps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned long nr = 60000, every = 4, i;
	size_t page = getpagesize();
	char *addr;
	int opt;

	while ((opt = getopt(argc, argv, "n:t:")) != -1) {
		if (opt == 'n')
			nr = strtoul(optarg, NULL, 0);
		else if (opt == 't')
			every = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	addr = mmap(NULL, nr * page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (addr == MAP_FAILED)
		return 3;
	madvise(addr, nr * page, MADV_NOHUGEPAGE);
	for (i = 0; every && i < nr; i += every)
		addr[i * page] = 1;
	/* neighbours that differ don't merge */
	for (i = 1; i < nr; i += 2) {
		if (mprotect(addr + i * page, page, PROT_READ)) {
			perror("vmas");
			return 3;
		}
	}
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
}
