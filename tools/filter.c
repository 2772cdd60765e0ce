// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes a user wants to see: "qemu user=libvirt-qemu node=1".
 */
#include "filter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "identity.h"
#include "number.h"
#include "snapshot.h"

enum key {
	KEY_PID,
	KEY_NAME,
	KEY_NODE,
	KEY_USER,
	KEY_CGROUP,
	NR_KEYS,
};

static const char * const keys[NR_KEYS] = {
	[KEY_PID] = "pid",
	[KEY_NAME] = "name",
	[KEY_NODE] = "node",
	[KEY_USER] = "user",
	[KEY_CGROUP] = "cgroup",
};

struct numalens_filter_term {
	enum key key;
	char *value;
	uint64_t pid;
	struct numalens_list *nodes;
};

/* A word without a key is a part of a name. */
static const char *key_take(struct numalens_filter_term *term, const char *word)
{
	const char *equal = strchr(word, '=');
	unsigned int key;

	term->key = KEY_NAME;
	for (key = 0; equal && key < NR_KEYS; key++) {
		if (strlen(keys[key]) != (size_t)(equal - word) ||
		    strncmp(keys[key], word, equal - word))
			continue;
		term->key = key;
		return equal + 1;
	}
	return word;
}

/* Returns what is wrong with the word, or NULL. */
static char *term_parse(struct numalens_filter_term *term, const char *word)
{
	term->value = numalens_strdup(key_take(term, word));
	if (!*term->value)
		return numalens_strf("nothing stands behind \"%s\"", word);
	if (term->key == KEY_PID &&
	    (numalens_number_parse_decimal(term->value, &term->pid) || !term->pid))
		return numalens_strf("\"%s\" is no pid", term->value);
	if (term->key == KEY_NODE) {
		term->nodes = numalens_alloc(1, sizeof(*term->nodes));
		if (numalens_list_parse(term->nodes, term->value) || !term->nodes->nr)
			return numalens_strf("\"%s\" is no list of nodes", term->value);
	}
	return NULL;
}

/**
 * numalens_filter_parse() - understand a filter
 * @filter: gets it; numalens_filter_free() it, whatever is returned
 * @text: words that must all hold: pid=N, name=PART, node=LIST, user=NAME, cgroup=PART
 *	or cgroup=/PATH, or the part of a name alone
 *
 * Return: what is wrong with it, or NULL; free() it.
 */
char *numalens_filter_parse(struct numalens_filter *filter, const char *text)
{
	char *words = numalens_strdup(text), *rest = words, *word, *why = NULL;

	memset(filter, 0, sizeof(*filter));
	filter->text = numalens_strdup(text);
	while (!why && (word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		filter->terms = numalens_realloc(filter->terms, filter->nr + 1,
						 sizeof(*filter->terms));
		memset(&filter->terms[filter->nr], 0, sizeof(*filter->terms));
		why = term_parse(&filter->terms[filter->nr++], word);
	}
	free(words);
	return why;
}

/**
 * numalens_filter_free() - end a filter
 * @filter: filter
 */
void numalens_filter_free(struct numalens_filter *filter)
{
	size_t i;

	for (i = 0; i < filter->nr; i++) {
		free(filter->terms[i].value);
		free(filter->terms[i].nodes);
	}
	free(filter->terms);
	free(filter->text);
	memset(filter, 0, sizeof(*filter));
}

/**
 * numalens_filter_asks_nodes() - does it matter where the memory of a process is?
 * @filter: filter
 *
 * Return: true if it has to be watched for that.
 */
bool numalens_filter_asks_nodes(const struct numalens_filter *filter)
{
	size_t i;

	for (i = 0; i < filter->nr; i++)
		if (filter->terms[i].key == KEY_NODE)
			return true;
	return false;
}

/**
 * numalens_filter_asks_who() - does it matter who a process is?
 * @filter: filter
 *
 * Return: false if its pid and its memory tell all.
 */
bool numalens_filter_asks_who(const struct numalens_filter *filter)
{
	size_t i;

	for (i = 0; i < filter->nr; i++)
		if (filter->terms[i].key != KEY_PID && filter->terms[i].key != KEY_NODE)
			return true;
	return false;
}

static bool has_part(const char *text, const char *part)
{
	return text && strstr(text, part);
}

/* A path from the root, or from where it is mounted, is that cgroup and those below. */
static bool is_below(const char *cgroup, const char *path)
{
	static const char mount[] = "/sys/fs/cgroup";
	size_t len = strlen(mount);

	if (!cgroup || *path != '/')
		return has_part(cgroup, path);
	if (!strncmp(path, mount, len) && (path[len] == '/' || !path[len]))
		path += len;
	for (len = strlen(path); len && path[len - 1] == '/'; len--)
		;
	return !strncmp(cgroup, path, len) && (cgroup[len] == '/' || !cgroup[len]);
}

static bool term_takes(const struct numalens_filter_term *term, unsigned int pid,
		       const struct numalens_identity *who)
{
	switch (term->key) {
	case KEY_PID:
		return term->pid == pid;
	case KEY_NAME:
		return has_part(who->comm, term->value) || has_part(who->command, term->value);
	case KEY_USER:
		return (who->user && !strcmp(who->user, term->value)) ||
		       (who->uid && !strcmp(who->uid, term->value));
	case KEY_CGROUP:
		return is_below(who->cgroup, term->value);
	default:
		return true;
	}
}

/**
 * numalens_filter_takes() - is it a process that the user wants to see?
 * @filter: filter
 * @pid: its pid
 * @identity: who it is; not looked at if numalens_filter_asks_who() says no
 *
 * Return: true if all holds but what is about nodes.
 */
bool numalens_filter_takes(const struct numalens_filter *filter, unsigned int pid,
			   const struct numalens_identity *identity)
{
	size_t i;

	for (i = 0; i < filter->nr; i++)
		if (!term_takes(&filter->terms[i], pid, identity))
			return false;
	return true;
}

static bool is_on(const struct numalens_snapshot *s, const struct numalens_list *nodes)
{
	size_t node;

	for (node = 0; node < s->header.nr_nodes; node++)
		if (numalens_list_has(nodes, numalens_snapshot_nid(s, node)) &&
		    (numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, node) ||
		     numalens_snapshot_total(s, NUMALENS_TOTAL_THREADS, node)))
			return true;
	return false;
}

/**
 * numalens_filter_takes_nodes() - is the process on a node that the user wants to see?
 * @filter: filter
 * @snapshot: its snapshot
 *
 * Return: true if it has memory or threads on one of the nodes, or none are asked for.
 */
bool numalens_filter_takes_nodes(const struct numalens_filter *filter,
				 const struct numalens_snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < filter->nr; i++)
		if (filter->terms[i].key == KEY_NODE && !is_on(snapshot, filter->terms[i].nodes))
			return false;
	return true;
}
