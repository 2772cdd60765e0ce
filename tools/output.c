// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that goes to stdout, except tables (column.c).
 */
#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alloc.h"
#include "error.h"
#include "number.h"

#define MIN_WIDTH	80
#define MAX_WIDTH	1000

static const struct {
	const char *option, *name;
} units[NUMALENS_NR_UNITS] = {
	[NUMALENS_UNIT_MIB] = { "mib", "MiB" },
	[NUMALENS_UNIT_PAGES] = { "pages", "pages" },
	[NUMALENS_UNIT_BYTES] = { "bytes", "bytes" },
	[NUMALENS_UNIT_KIB] = { "kib", "KiB" },
	[NUMALENS_UNIT_HUMAN] = { "human", "bytes" },
};

static enum numalens_unit unit = NUMALENS_UNIT_MIB;
static const char *out_name = "stdout";

/**
 * numalens_output_unit_set() - choose how amounts of memory are printed
 * @new_unit: the unit
 */
void numalens_output_unit_set(enum numalens_unit new_unit)
{
	unit = new_unit;
}

/**
 * numalens_output_unit_parse() - choose how amounts of memory are printed, by name
 * @name: pages, bytes, kib, mib or human, in any case
 *
 * Return: false if there is no such unit.
 */
bool numalens_output_unit_parse(const char *name)
{
	unsigned int i;

	for (i = 0; i < NUMALENS_NR_UNITS; i++) {
		if (strcasecmp(units[i].option, name))
			continue;
		unit = i;
		return true;
	}
	return false;
}

/**
 * numalens_output_unit_name() - name of the unit in force
 *
 * Return: the name.
 */
const char *numalens_output_unit_name(void)
{
	return units[unit].name;
}

/* Three digits at the most, but for what is just below the next prefix: 1023Mi. */
static char *human(uint64_t bytes)
{
	static const char * const prefixes[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
	double value = bytes;
	size_t i;

	for (i = 0; value >= 1023.5 && i < ARRAY_SIZE(prefixes) - 1; i++)
		value /= 1024;
	return numalens_strf("%.*f%s", i && value < 9.95 ? 1 : 0, value, prefixes[i]);
}

/**
 * numalens_output_pages() - write an amount of memory in the unit in force
 * @pages: base pages
 * @page_size: bytes of one
 *
 * What rounds to 0.0 without being nothing is written "<0.1".
 *
 * Return: the text; free() it.
 */
char *numalens_output_pages(uint64_t pages, uint32_t page_size)
{
	double mib = (double)pages * page_size / (1 << 20);

	if (unit == NUMALENS_UNIT_PAGES)
		return numalens_strf("%" PRIu64, pages);
	if (unit == NUMALENS_UNIT_BYTES)
		return numalens_strf("%" PRIu64, pages * page_size);
	if (unit == NUMALENS_UNIT_KIB)
		return numalens_strf("%" PRIu64, pages * (page_size / 1024));
	if (unit == NUMALENS_UNIT_HUMAN)
		return human(pages * page_size);
	if (pages && mib < 0.05)
		return numalens_strdup("<0.1");
	return numalens_strf("%.1f", mib);
}

/**
 * numalens_output_bp() - write a share
 * @bp: the share in 1/100 of a percent
 *
 * Return: percent, without the sign; free() it.
 */
char *numalens_output_bp(uint64_t bp)
{
	return numalens_strf("%" PRIu64 ".%" PRIu64, bp / 100, bp % 100 / 10);
}

/**
 * numalens_output_percent() - write a share in a sentence
 * @bp: the share in 1/100 of a percent
 *
 * Return: whole percent, without the sign; free() it.
 */
char *numalens_output_percent(uint64_t bp)
{
	if (bp && bp < 100)
		return numalens_strdup("less than 1");
	if (bp > 9900 && bp < 10000)
		return numalens_strdup("more than 99");
	return numalens_strf("%" PRIu64, (bp + 50) / 100);
}

/**
 * numalens_output_hundredths() - write a number with two decimals
 * @value: the number, times 100
 *
 * Return: the text; free() it.
 */
char *numalens_output_hundredths(uint64_t value)
{
	return numalens_strf("%" PRIu64 ".%02" PRIu64, value / 100, value % 100);
}

/**
 * numalens_output_width() - columns to fill
 *
 * Return: the terminal's, and 80 where there is none or it is smaller.
 */
unsigned int numalens_output_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col < MIN_WIDTH)
		return MIN_WIDTH;
	return size.ws_col < MAX_WIDTH ? size.ws_col : MAX_WIDTH;
}

/**
 * numalens_output_columns() - columns that a text takes
 * @text: UTF-8
 *
 * Return: its characters, each taken to be one column wide.
 */
unsigned int numalens_output_columns(const char *text)
{
	unsigned int nr = 0;

	for (; *text; text++)
		nr += (*text & 0xc0) != 0x80;
	return nr;
}

/* Bytes of the printable UTF-8 character at the text, 0 if there is none. */
static unsigned int character(const unsigned char *text)
{
	unsigned int len, i;
	uint32_t code;

	if (text[0] < 0x80)
		return text[0] >= 0x20 && text[0] != 0x7f;
	len = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	code = text[0] & (0x7f >> len);
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	for (i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	/* C1 controls, overlong forms, surrogates, past the end of Unicode */
	if (code < 0xa0 || (len == 3 && code < 0x800) || (len == 4 && code < 0x10000) ||
	    (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
		return 0;
	return len;
}

/**
 * numalens_output_clean() - make a text of the kernel's safe to print
 * @text: any bytes: names of processes and files are their owners' to choose
 *
 * Return: UTF-8 with other bytes and control characters as \xNN; free() it.
 */
char *numalens_output_clean(const char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	char *clean = numalens_alloc(strlen(text) + 1, 4), *to = clean;

	while (*from) {
		unsigned int len = character(from);

		if (!len) {
			to += sprintf(to, "\\x%02x", *from++);
			continue;
		}
		memcpy(to, from, len);
		to += len;
		from += len;
	}
	*to = '\0';
	return clean;
}

/**
 * numalens_output_cut() - shorten a text from the left
 * @text: UTF-8
 * @width: columns there are
 *
 * Return: the text, or its end behind "..."; free() it.
 */
char *numalens_output_cut(const char *text, unsigned int width)
{
	unsigned int have = numalens_output_columns(text);

	if (have <= width)
		return numalens_strdup(text);
	for (; have > width - 3; have--)
		do
			text++;
		while ((*text & 0xc0) == 0x80);
	return numalens_strf("...%s", text);
}

/**
 * numalens_output_tone() - print a text in colour where that is wanted
 * @tone: what the colour is for
 * @text: the text
 */
void numalens_output_tone(enum numalens_tone tone, const char *text)
{
	static const char * const codes[NUMALENS_NR_TONES] = {
		"", "\033[1m", "\033[32m", "\033[31m", "\033[2m"
	};
	static int colour = -1;

	if (colour < 0) {
		const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

		colour = isatty(STDOUT_FILENO) && !(no && *no) &&
			 term && strcmp(term, "dumb");
	}
	if (colour && tone != NUMALENS_TONE_PLAIN)
		printf("%s%s\033[0m", codes[tone], text);
	else
		fputs(text, stdout);
}

/**
 * numalens_output_bytes() - bytes of the first columns of a text
 * @text: UTF-8
 * @columns: how many columns
 *
 * Return: the bytes, of all of it if it has no more columns.
 */
size_t numalens_output_bytes(const char *text, unsigned int columns)
{
	const char *at = text;

	while (*at && columns--)
		do
			at++;
		while ((*at & 0xc0) == 0x80);
	return at - text;
}

/**
 * numalens_output_wrap_at() - print a paragraph behind something
 * @at: columns of the line that are taken already
 * @indent: column at which its lines start
 * @text: words; one that is longer than a line is broken
 */
void numalens_output_wrap_at(unsigned int at, unsigned int indent, const char *text)
{
	unsigned int width = numalens_output_width();
	bool start = true;

	if (at < indent)
		at += printf("%*s", (int)(indent - at), "");
	while (*(text += strspn(text, " "))) {
		unsigned int space = !start;
		size_t len = strcspn(text, " ");
		char *word = strndup(text, len);
		unsigned int need = word ? numalens_output_columns(word) : 0;

		free(word);
		if (!start && at + 1 + need > width) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			space = 0;
		}
		if (at + space + need > width) {
			need = width - at - space;
			len = numalens_output_bytes(text, need);
		}
		printf("%*s%.*s", (int)space, "", (int)len, text);
		at += space + need;
		text += len;
		start = false;
	}
	putchar('\n');
}

/**
 * numalens_output_wrap() - print a paragraph
 * @first: what stands before it on the first line
 * @indent: column at which its lines start
 * @text: words; one that is longer than a line is broken
 */
void numalens_output_wrap(const char *first, unsigned int indent, const char *text)
{
	fputs(first, stdout);
	numalens_output_wrap_at(numalens_output_columns(first), indent, text);
}

/**
 * numalens_output_json_new() - start a command's JSON object
 * @command: name of the command
 *
 * Return: an object with the schema.
 */
struct json_object *numalens_output_json_new(const char *command)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "schema", json_object_new_string("numalens/1"));
	json_object_object_add(root, "command", json_object_new_string(command));
	return root;
}

/**
 * numalens_output_json_text() - make a JSON string of a text of the kernel's
 * @text: any bytes, or NULL
 *
 * Return: the string, or NULL, which json-c writes as null.
 */
struct json_object *numalens_output_json_text(const char *text)
{
	struct json_object *string;
	char *clean;

	if (!text)
		return NULL;
	clean = numalens_output_clean(text);
	string = json_object_new_string(clean);
	free(clean);
	return string;
}

/**
 * numalens_output_json_list() - make a JSON array of a list of ids
 * @text: "0-3,8", or NULL
 *
 * Return: the array; NULL, which json-c writes as null, if it is no such list.
 */
struct json_object *numalens_output_json_list(const char *text)
{
	static struct numalens_list list;
	struct json_object *array;
	unsigned int id;

	if (!text || numalens_list_parse(&list, text))
		return NULL;
	array = json_object_new_array();
	for (id = 0; id <= NUMALENS_MAX_ID; id++)
		if (numalens_list_has(&list, id))
			json_object_array_add(array, json_object_new_int(id));
	return array;
}

/**
 * numalens_output_json_print() - print a command's JSON object
 * @root: the object; it is freed
 *
 * Return: NUMALENS_OK.
 */
int numalens_output_json_print(struct json_object *root)
{
	puts(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
	return NUMALENS_OK;
}

/**
 * numalens_output_redirect() - let what follows go elsewhere than to stdout
 * @fd: descriptor; it is closed
 * @name: what it is, for messages
 */
void numalens_output_redirect(int fd, const char *name)
{
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	out_name = name;
}

/**
 * numalens_output_finish() - make sure that the output arrived
 * @code: exit status so far
 *
 * A reader that went away is no error worth a message.
 *
 * Return: exit status.
 */
int numalens_output_finish(int code)
{
	int err = 0;

	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		err = errno ? errno : EIO;
	if (close(STDOUT_FILENO) && !err && errno != EBADF)
		err = errno;
	if (!err)
		return code;
	if (err != EPIPE)
		numalens_error(NUMALENS_FAILED, "can't write to %s: %s", out_name,
			       strerror(err));
	return code ? code : NUMALENS_FAILED;
}
