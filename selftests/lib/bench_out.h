/* SPDX-License-Identifier: GPL-2.0 */
/* What a benchmark found, in a file for programs to read beside what it prints. */
#ifndef SELFTESTS_BENCH_OUT_H
#define SELFTESTS_BENCH_OUT_H

/**
 * bench_put - a line of the file that the environment names: NUMALENS_BENCH
 * @bench: the benchmark, or the part of it
 * @name: the case
 * @metric: what was measured, and its unit; or "a/b" for a ratio of the two
 * @value: the median
 * @low: the lower quartile
 * @high: the upper quartile
 *
 * Without such a file, nothing is written. One that can't be written ends the program.
 */
void bench_put(const char *bench, const char *name, const char *metric, double value, double low,
	       double high);

#endif
