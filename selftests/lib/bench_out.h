/* SPDX-License-Identifier: GPL-2.0 */
/* What a benchmark found, for programs: lines of words divided by tabs. */
#ifndef SELFTESTS_BENCH_OUT_H
#define SELFTESTS_BENCH_OUT_H

/**
 * bench_put - append a line to the file that NUMALENS_BENCH names, if it names one
 * @bench: the benchmark
 * @name: of the case
 * @metric: what was measured, with its unit
 * @value: the median
 * @low: lower quartile
 * @high: upper quartile
 */
void bench_put(const char *bench, const char *name, const char *metric, double value,
	       double low, double high);

#endif
