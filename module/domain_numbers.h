/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The numbers of struct sched_domain, by the kernel's names. They come and go,
 * even between point releases: list what any kernel has, and the running
 * kernel's BTF tells which it lacks.
 *
 * To be included with DOMAIN_NUMBER() defined, like <linux/sched/sd_flags.h>.
 */
#ifndef DOMAIN_NUMBER
#error "DOMAIN_NUMBER() is not defined"
#endif

DOMAIN_NUMBER(level),
DOMAIN_NUMBER(min_interval),
DOMAIN_NUMBER(max_interval),
DOMAIN_NUMBER(busy_factor),
DOMAIN_NUMBER(imbalance_pct),
DOMAIN_NUMBER(cache_nice_tries),
DOMAIN_NUMBER(imb_numa_nr),
DOMAIN_NUMBER(nohz_idle),
DOMAIN_NUMBER(span_weight),
DOMAIN_NUMBER(last_balance),
DOMAIN_NUMBER(balance_interval),
DOMAIN_NUMBER(nr_balance_failed),
DOMAIN_NUMBER(newidle_call),
DOMAIN_NUMBER(newidle_success),
DOMAIN_NUMBER(newidle_ratio),
DOMAIN_NUMBER(max_newidle_lb_cost),
DOMAIN_NUMBER(last_decay_max_lb_cost),
DOMAIN_NUMBER(avg_scan_cost),
DOMAIN_NUMBER(llc_max),
DOMAIN_NUMBER(llc_bytes),
