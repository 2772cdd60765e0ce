/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs in a guest say to a plugin of the QEMU that runs it: an
 * instruction that does nothing, with a displacement that nobody else uses.
 * Both sides include this.
 */
#ifndef SELFTESTS_MARKER_H
#define SELFTESTS_MARKER_H

/* 0f 1f 80 DISPLACEMENT is nopl DISPLACEMENT(%rax) */
#define MARKER_LEN		7
#define MARKER_OPCODE		{ 0x0f, 0x1f, 0x80 }
/* the upper half of the displacement; the lower is the message */
#define MARKER_MAGIC		0x6e6cU

#define MARKER_BEGIN		1	/* count from zero */
#define MARKER_END		2	/* write what was counted to the file */
#define MARKER_ENTRIES		3	/* read where the entries of interrupts are */

/* The one range of addresses in which the access plugin counts. */
#define MARKER_ARENA		0x200000000000UL
#define MARKER_ARENA_SIZE	(1UL << 32)
/* It counts by physical memory of this size, so that its user knows the nodes. */
#define MARKER_GRANULE_SHIFT	21

/* marker_say - tell the plugin a constant; without one it is a nop */
#ifdef __x86_64__
[[gnu::always_inline]] static inline void marker_say(unsigned int message)
{
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80\n\t.long %c0"
			 : : "i" (MARKER_MAGIC << 16 | message) : "memory");
}
#else
/* No plugin knows one of these machines. */
static inline void marker_say(unsigned int message)
{
}
#endif

#endif
