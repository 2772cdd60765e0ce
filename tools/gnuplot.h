/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_GNUPLOT_H
#define NUMALENS_GNUPLOT_H

char *numalens_gnuplot_run(const char *script, char **why);

#endif /* NUMALENS_GNUPLOT_H */
