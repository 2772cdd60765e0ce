/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_ASM_CPUFEATURE_H
#define _BENCH_ASM_CPUFEATURE_H

#define X86_FEATURE_XENPV		0
#define boot_cpu_has(feature)		(feature)

#endif
