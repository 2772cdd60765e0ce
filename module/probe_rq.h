/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROBE_RQ_H
#define _NUMALENS_PROBE_RQ_H

struct rq;

struct rq *numalens_probe_rq(void);

#endif /* _NUMALENS_PROBE_RQ_H */
