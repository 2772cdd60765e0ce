/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_VALUE_H
#define NUMALENS_VALUE_H

#include <stdint.h>

struct json_object;

/**
 * enum numalens_value - what a number is, and so how it is printed
 * @NUMALENS_VALUE_COUNT: a number
 * @NUMALENS_VALUE_PAGES: base pages: printed in the unit in force
 * @NUMALENS_VALUE_BP: a share in 1/100 of a percent: printed in percent
 * @NUMALENS_VALUE_HUNDREDTHS: printed with two decimals
 * @NUMALENS_VALUE_NS: nanoseconds: printed in seconds
 * @NUMALENS_VALUE_CHANGE: base pages more, or less: an int64_t, printed with its sign
 */
enum numalens_value {
	NUMALENS_VALUE_COUNT,
	NUMALENS_VALUE_PAGES,
	NUMALENS_VALUE_BP,
	NUMALENS_VALUE_HUNDREDTHS,
	NUMALENS_VALUE_NS,
	NUMALENS_VALUE_CHANGE,
};

char *numalens_value_text(enum numalens_value type, uint64_t value, uint32_t page_size);
struct json_object *numalens_value_json(enum numalens_value type, uint64_t value);

#endif /* NUMALENS_VALUE_H */
