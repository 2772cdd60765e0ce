/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_OUTPUT_H
#define NUMALENS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

/**
 * enum numalens_unit - how amounts of memory are printed
 * @NUMALENS_UNIT_MIB: MiB with one decimal
 * @NUMALENS_UNIT_PAGES: base pages
 * @NUMALENS_UNIT_BYTES: bytes
 * @NUMALENS_UNIT_KIB: KiB
 * @NUMALENS_UNIT_HUMAN: bytes, with the prefix that leaves the fewest digits: 1.3Gi
 * @NUMALENS_NR_UNITS: number of them
 */
enum numalens_unit {
	NUMALENS_UNIT_MIB,
	NUMALENS_UNIT_PAGES,
	NUMALENS_UNIT_BYTES,
	NUMALENS_UNIT_KIB,
	NUMALENS_UNIT_HUMAN,
	NUMALENS_NR_UNITS,
};

/**
 * enum numalens_tone - what a colour is for
 * @NUMALENS_TONE_PLAIN: no colour
 * @NUMALENS_TONE_HEAD: table heads
 * @NUMALENS_TONE_GOOD: what is as it should be
 * @NUMALENS_TONE_BAD: what is not
 * @NUMALENS_TONE_DULL: what is past
 * @NUMALENS_NR_TONES: number of them
 */
enum numalens_tone {
	NUMALENS_TONE_PLAIN,
	NUMALENS_TONE_HEAD,
	NUMALENS_TONE_GOOD,
	NUMALENS_TONE_BAD,
	NUMALENS_TONE_DULL,
	NUMALENS_NR_TONES,
};

bool numalens_output_unit_parse(const char *name);
void numalens_output_unit_set(enum numalens_unit unit);
const char *numalens_output_unit_name(void);
char *numalens_output_pages(uint64_t pages, uint32_t page_size);
char *numalens_output_bp(uint64_t bp);
char *numalens_output_percent(uint64_t bp);
char *numalens_output_hundredths(uint64_t value);
unsigned int numalens_output_width(void);
unsigned int numalens_output_columns(const char *text);
size_t numalens_output_bytes(const char *text, unsigned int columns);
char *numalens_output_clean(const char *text);
char *numalens_output_cut(const char *text, unsigned int width);
void numalens_output_tone(enum numalens_tone tone, const char *text);
void numalens_output_wrap_at(unsigned int at, unsigned int indent, const char *text);
void numalens_output_wrap(const char *first, unsigned int indent, const char *text);
struct json_object *numalens_output_json_new(const char *command);
struct json_object *numalens_output_json_text(const char *text);
struct json_object *numalens_output_json_list(const char *text);
int numalens_output_json_print(struct json_object *root);
void numalens_output_redirect(int fd, const char *name);
int numalens_output_finish(int code);

#endif /* NUMALENS_OUTPUT_H */
