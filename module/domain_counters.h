/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The balance counters of struct sched_domain, as in domain_numbers.h: those
 * of load balancing (lb_) are arrays by idle type, the others are one number.
 *
 * To be included with DOMAIN_COUNTER() defined.
 */
#ifndef DOMAIN_COUNTER
#error "DOMAIN_COUNTER() is not defined"
#endif

DOMAIN_COUNTER(lb_count),
DOMAIN_COUNTER(lb_failed),
DOMAIN_COUNTER(lb_balanced),
DOMAIN_COUNTER(lb_imbalance),
DOMAIN_COUNTER(lb_imbalance_load),
DOMAIN_COUNTER(lb_imbalance_util),
DOMAIN_COUNTER(lb_imbalance_task),
DOMAIN_COUNTER(lb_imbalance_misfit),
DOMAIN_COUNTER(lb_gained),
DOMAIN_COUNTER(lb_hot_gained),
DOMAIN_COUNTER(lb_nobusyg),
DOMAIN_COUNTER(lb_nobusyq),
DOMAIN_COUNTER(alb_count),
DOMAIN_COUNTER(alb_failed),
DOMAIN_COUNTER(alb_pushed),
DOMAIN_COUNTER(sbe_count),
DOMAIN_COUNTER(sbe_balanced),
DOMAIN_COUNTER(sbe_pushed),
DOMAIN_COUNTER(sbf_count),
DOMAIN_COUNTER(sbf_balanced),
DOMAIN_COUNTER(sbf_pushed),
DOMAIN_COUNTER(ttwu_wake_remote),
DOMAIN_COUNTER(ttwu_move_affine),
DOMAIN_COUNTER(ttwu_move_balance),
