/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_BUSY_H
#define NUMALENS_BUSY_H

/**
 * struct numalens_busy - what the CPUs have to do
 * @nr_cpus: CPUs that are online
 * @nr_busy: of these, such as had work for most of the time
 */
struct numalens_busy {
	unsigned int nr_cpus;
	unsigned int nr_busy;
};

int numalens_busy_read(struct numalens_busy *busy);

#endif /* NUMALENS_BUSY_H */
