/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_KEYS_H
#define NUMALENS_TOP_KEYS_H

struct numalens_top;
struct numalens_top_view;

/**
 * enum numalens_key - keys that are no characters; those are themselves
 * @NUMALENS_KEY_NONE: none was pressed
 * @NUMALENS_KEY_UP: up
 * @NUMALENS_KEY_DOWN: down
 * @NUMALENS_KEY_LEFT: left
 * @NUMALENS_KEY_RIGHT: right
 * @NUMALENS_KEY_PAGE_UP: a screenful up
 * @NUMALENS_KEY_PAGE_DOWN: a screenful down
 * @NUMALENS_KEY_HOME: to the first row
 * @NUMALENS_KEY_END: to the last row
 * @NUMALENS_KEY_ENTER: Enter
 * @NUMALENS_KEY_BACK: Backspace
 * @NUMALENS_KEY_ESCAPE: Esc
 * @NUMALENS_KEY_GONE: the terminal is gone
 */
enum numalens_key {
	NUMALENS_KEY_NONE = -1,
	NUMALENS_KEY_UP = 0x110000,
	NUMALENS_KEY_DOWN,
	NUMALENS_KEY_LEFT,
	NUMALENS_KEY_RIGHT,
	NUMALENS_KEY_PAGE_UP,
	NUMALENS_KEY_PAGE_DOWN,
	NUMALENS_KEY_HOME,
	NUMALENS_KEY_END,
	NUMALENS_KEY_ENTER,
	NUMALENS_KEY_BACK,
	NUMALENS_KEY_ESCAPE,
	NUMALENS_KEY_GONE,
};

/**
 * enum numalens_top_act - what a key leads to
 * @NUMALENS_TOP_DRAW: what is looked at may have changed
 * @NUMALENS_TOP_UPDATE: something else has to be watched
 * @NUMALENS_TOP_QUIT: the end
 */
enum numalens_top_act {
	NUMALENS_TOP_DRAW,
	NUMALENS_TOP_UPDATE,
	NUMALENS_TOP_QUIT,
};

enum numalens_top_act numalens_top_key(struct numalens_top *top, struct numalens_top_view *view,
				       int key);

#endif /* NUMALENS_TOP_KEYS_H */
