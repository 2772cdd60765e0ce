// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mixkinds.h"

/* The ROMs below 1 MiB are what /dev/mem still shows on a locked kernel. */
#define ROM		0xf0000
#define ROM_PAGES	8

static void device_add(struct mix *mix, void *addr, size_t len,
		       const char *kind, const char *label)
{
	mix_add(mix, addr, len, kind, NULL, label)->leave = true;
}

void mix_devmem(struct mix *mix)
{
	size_t len = ROM_PAGES * getpagesize();
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	char *addr = MAP_FAILED;

	if (fd >= 0)
		addr = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, ROM);
	if (addr == MAP_FAILED) {
		printf("# devmem: not allowed\n");
	} else {
		mix_touch(addr, ROM_PAGES, false);
		device_add(mix, addr, len, "special", "devmem");
	}
	/* copies in a private mapping of a device: numa_maps counts none before v6.2 */
	addr = fd < 0 ? MAP_FAILED : mmap(NULL, len, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE, fd, ROM);
	if (addr != MAP_FAILED) {
		mix_touch(addr, 3, true);
		device_add(mix, addr, len, "special",
			   "devmem-private");
	}
	close(fd);
}

static void perf_ring(struct mix *mix)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};
	size_t len = 9 * getpagesize();
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	char *addr = MAP_FAILED;

	if (fd >= 0)
		addr = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (addr == MAP_FAILED) {
		printf("# perf-ring: not allowed\n");
		return;
	}
	mix_touch(addr, 6, false);
	/* on some kernels its pages come by faults, as those of a file */
	device_add(mix, addr, len, "-", "perf-ring");
}

static void packet_ring(struct mix *mix)
{
	struct tpacket_req req = {
		.tp_block_size = 4 * getpagesize(),
		.tp_block_nr = 2,
		.tp_frame_size = 2048,
		.tp_frame_nr = 8 * getpagesize() / 2048,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	size_t len = 8 * getpagesize();
	char *addr = MAP_FAILED;

	if (fd >= 0 && !setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req,
				   sizeof(req)))
		addr = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (addr == MAP_FAILED) {
		printf("# packet-ring: not allowed\n");
		return;
	}
	device_add(mix, addr, len, "special", "packet-ring");
}

static void io_ring(struct mix *mix)
{
	struct io_uring_params params;
	size_t len = getpagesize();
	char *addr = MAP_FAILED;
	int fd;

	memset(&params, 0, sizeof(params));
	fd = syscall(SYS_io_uring_setup, 8, &params);
	if (fd >= 0)
		addr = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQES);
	if (addr == MAP_FAILED) {
		printf("# uring: not allowed\n");
		return;
	}
	device_add(mix, addr, len, "special", "uring");
}

void mix_rings(struct mix *mix)
{
	perf_ring(mix);
	packet_ring(mix);
	io_ring(mix);
}
