// SPDX-License-Identifier: GPL-2.0
/*
 * The terminal: frames to it, keys from it. Only this file knows ncurses.
 *
 * A signal that ends us may come at any time, and ncurses may be asked nothing
 * then: what gives the terminal back is prepared while all is well.
 */
#include "top_screen.h"

#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "alloc.h"
#include "error.h"
#include "frame.h"
#include "output.h"
#include "top_keys.h"
#include "undo.h"

/* Less than that, and nothing that is shown could be understood. */
#define MIN_WIDTH	80
#define MIN_HEIGHT	10

/* How long the rest of a key's sequence may take behind Esc. */
#define ESCAPE_MS	50

static SCREEN *screen;
static struct termios cooked;
static char goodbye[256];
static size_t goodbye_len;

/* Terminals of old want pauses, "$<5>": none of them is waited for. */
static void goodbye_add(const char *name)
{
	const char *text = tigetstr(name);

	if (!text || text == (const char *)-1)
		return;
	while (*text && goodbye_len < sizeof(goodbye)) {
		if (!strncmp(text, "$<", 2)) {
			text += strcspn(text, ">");
			text += *text == '>';
			continue;
		}
		goodbye[goodbye_len++] = *text++;
	}
}

/* In a handler: nothing but what may be done there. */
static void give_back(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* One that is stopped by ^S would hold us for ever. */
	if (poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT &&
	    write(STDOUT_FILENO, goodbye, goodbye_len) < 0)
		errno = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
}

/**
 * numalens_top_screen_open() - take the terminal
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_top_screen_open(void)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &cooked))
		return numalens_error(NUMALENS_USAGE, "stdin and stdout are no terminal; "
				      "try numalens top --batch");
	setlocale(LC_CTYPE, "");
	/* Before ncurses has handlers of its own: it leaves those alone that are there. */
	numalens_undo_last(NULL);
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return numalens_error(NUMALENS_USAGE, "the terminal is of a type that is not known "
				      "(TERM=%s); try numalens top --batch", term ? term : "");
	goodbye_len = 0;
	goodbye_add("sgr0");
	goodbye_add("cnorm");
	goodbye_add("rmkx");
	goodbye_add("rmcup");
	numalens_undo_last(give_back);
	numalens_error_before(numalens_top_screen_close);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
	return NUMALENS_OK;
}

/**
 * numalens_top_screen_close() - give the terminal back
 */
void numalens_top_screen_close(void)
{
	if (!screen)
		return;
	numalens_error_before(NULL);
	endwin();
	numalens_undo_last(NULL);
	delscreen(screen);
	screen = NULL;
}

/**
 * numalens_top_screen_size() - how large is it?
 * @width: gets the columns
 * @height: gets the lines
 *
 * Return: false if it is too small: that is on it then.
 */
bool numalens_top_screen_size(unsigned int *width, unsigned int *height)
{
	char *text;

	*width = COLS;
	*height = LINES;
	if (COLS >= MIN_WIDTH && LINES >= MIN_HEIGHT)
		return true;
	text = numalens_strf("%d x %d is too small: numalens top needs %d x %d. Enlarge the terminal, "
			     "or q and numalens top --batch", COLS, LINES, MIN_WIDTH, MIN_HEIGHT);
	erase();
	mvaddstr(0, 0, text);
	refresh();
	free(text);
	return false;
}

/* No colours: nothing that is shown is good or bad by itself. */
static attr_t attribute_of(enum numalens_tone tone)
{
	switch (tone) {
	case NUMALENS_TONE_HEAD:
		return A_BOLD;
	case NUMALENS_TONE_DULL:
		return A_DIM;
	default:
		return A_NORMAL;
	}
}

/* Writes what fits; the lower right corner stays free, lest the screen scrolls. */
static void line_show(int row, const struct numalens_frame_line *line)
{
	attr_t cursor = line->chosen ? A_REVERSE : A_NORMAL;
	size_t i;

	move(row, 0);
	for (i = 0; i < line->nr; i++) {
		int left = COLS - getcurx(stdscr) - (row == LINES - 1);

		if (left <= 0 || getcury(stdscr) != row)
			break;
		attrset(attribute_of(line->spans[i].tone) | cursor);
		addnstr(line->spans[i].text, numalens_output_bytes(line->spans[i].text, left));
	}
	attrset(cursor);
	while (line->chosen && getcury(stdscr) == row && getcurx(stdscr) < COLS - 1)
		addch(' ');
	attrset(A_NORMAL);
}

/**
 * numalens_top_screen_show() - show a frame
 * @frame: frame
 */
void numalens_top_screen_show(const struct numalens_frame *frame)
{
	size_t i;

	erase();
	for (i = 0; i < frame->nr && i < (size_t)LINES; i++)
		line_show(i, &frame->lines[i]);
	refresh();
}

static int key_of(int code)
{
	static const struct {
		int code;
		enum numalens_key key;
	} keys[] = {
		{ KEY_UP, NUMALENS_KEY_UP },
		{ KEY_DOWN, NUMALENS_KEY_DOWN },
		{ KEY_LEFT, NUMALENS_KEY_LEFT },
		{ KEY_RIGHT, NUMALENS_KEY_RIGHT },
		{ KEY_PPAGE, NUMALENS_KEY_PAGE_UP },
		{ KEY_NPAGE, NUMALENS_KEY_PAGE_DOWN },
		{ KEY_HOME, NUMALENS_KEY_HOME },
		{ KEY_END, NUMALENS_KEY_END },
		{ KEY_ENTER, NUMALENS_KEY_ENTER },
		{ '\r', NUMALENS_KEY_ENTER },
		{ '\n', NUMALENS_KEY_ENTER },
		{ KEY_BACKSPACE, NUMALENS_KEY_BACK },
		{ '\b', NUMALENS_KEY_BACK },
		{ 0x7f, NUMALENS_KEY_BACK },
		{ 0x1b, NUMALENS_KEY_ESCAPE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].code == code)
			return keys[i].key;
	return code >= ' ' && code < 0x7f ? code : NUMALENS_KEY_NONE;
}

/**
 * numalens_top_screen_key() - wait for a key
 * @timeout_ms: how long at most
 *
 * Return: the key: a character or enum numalens_key; NUMALENS_KEY_NONE if there was none, or
 * the terminal has another size now.
 */
int numalens_top_screen_key(int timeout_ms)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	int nr = poll(&fd, 1, timeout_ms), code;

	if (nr < 0 && errno != EINTR)
		return NUMALENS_KEY_GONE;
	if (!nr)
		return NUMALENS_KEY_NONE;
	code = getch();
	/* There was something to be read, and it was nothing: the end of the file. */
	if (code == ERR && nr > 0)
		return NUMALENS_KEY_GONE;
	return code == ERR || code == KEY_RESIZE ? NUMALENS_KEY_NONE : key_of(code);
}
