// SPDX-License-Identifier: GPL-2.0
#include "chance.h"

static uint64_t state = 1;

/* splitmix64: every seed is as good as any other */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

void chance_seed(uint64_t seed)
{
	state = seed;
}

uint64_t chance_below(uint64_t n)
{
	return n ? next() % n : 0;
}

bool chance_one_in(unsigned int n)
{
	return !chance_below(n);
}

void chance_bytes(void *data, size_t len)
{
	unsigned char *at = data;

	while (len--)
		*at++ = next();
}
