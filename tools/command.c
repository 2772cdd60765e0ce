// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: options that every command has, options of one command,
 * and the help that is made of both.
 */
#include "command.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "column.h"
#include "error.h"
#include "file.h"
#include "output.h"

#ifndef NUMALENS_VERSION
#define NUMALENS_VERSION "unknown"
#endif

static bool json, help, version, in_pages, in_bytes;
static const char *sysroot, *unit;

static const struct numalens_option globals[] = {
	{ "json", NULL, "print one JSON object instead of text", &json, NULL },
	{ "unit", "UNIT", "print memory in pages, bytes, KiB, MiB, or human, which is whatever is "
	  "short; MiB without it", NULL, &unit },
	{ "pages", NULL, "print base pages: --unit pages", &in_pages, NULL },
	{ "bytes", NULL, "print bytes: --unit bytes", &in_bytes, NULL },
	{ "sysroot", "DIR", "read DIR/sys and DIR/proc, for captured trees", NULL, &sysroot },
	{ "help", NULL, "print this help; also -h", &help, NULL },
	{ "version", NULL, "print the version", &version, NULL },
	{ 0 }
};

static char *option_head(const struct numalens_option *option)
{
	return numalens_strf("  --%s%s%s", option->name, option->arg ? " " : "",
			     option->arg ? option->arg : "");
}

/* Where the help of some options begins: two blanks behind the longest. */
static unsigned int help_column(const struct numalens_option *option, unsigned int least)
{
	for (; option && option->name; option++) {
		char *head = option_head(option);
		unsigned int column = numalens_output_columns(head) + 2;

		least = column > least ? column : least;
		free(head);
	}
	return least;
}

static void options_print(const struct numalens_option *option, unsigned int column)
{
	for (; option && option->name; option++) {
		char *head = option_head(option);

		numalens_output_wrap(head, column, option->help);
		free(head);
	}
}

static int help_print(const struct numalens_command *const *commands,
		      const struct numalens_command *command)
{
	unsigned int column = help_column(globals, 20);

	if (command) {
		printf("usage: numalens %s [OPTION…]%s%s\n", command->name,
		       *command->synopsis ? " " : "", command->synopsis);
		numalens_output_wrap("", 0, command->summary);
	} else {
		puts("usage: numalens [OPTION…] COMMAND [OPTION…] [ARGUMENT…]");
		puts("shows where the memory of watched processes lies on NUMA nodes\n\ncommands:");
		for (; *commands; commands++) {
			char *name = numalens_strf("  %s", (*commands)->name);

			numalens_output_wrap(name, 13, (*commands)->summary);
			free(name);
		}
	}
	if (command && (command->options || command->shared)) {
		column = help_column(command->options, help_column(command->shared, column));
		puts("\noptions:");
		options_print(command->options, column);
		options_print(command->shared, column);
	}
	puts("\noptions of every command:");
	options_print(globals, column);
	if (command && command->columns)
		numalens_column_help(command->columns);
	if (command && command->more_help)
		command->more_help();
	if (!command)
		puts("\nnumalens COMMAND -h tells more about a command; see also numalens(8)");
	return NUMALENS_OK;
}

/**
 * numalens_command_usage() - refuse a command line
 * @command: command whose it is, or NULL
 * @fmt: what is wrong with it, as for printf()
 *
 * Return: NUMALENS_USAGE.
 */
int numalens_command_usage(const struct numalens_command *command, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	numalens_error(NUMALENS_USAGE, "%s; try numalens %s%s-h", text ? text : fmt,
		       command ? command->name : "", command ? " " : "");
	free(text);
	return NUMALENS_USAGE;
}

static size_t count(const struct numalens_option *options)
{
	size_t nr = 0;

	while (options && options[nr].name)
		nr++;
	return nr;
}

/* The long option that getopt found, among those of the command and the globals. */
static void take(const struct numalens_option *option)
{
	if (option->flag && option->value && *option->flag)
		*option->value = numalens_strf("%s %s", *option->value, optarg);
	else if (option->value)
		*option->value = optarg;
	if (option->flag)
		*option->flag = true;
}

/* All options that hold for a command, those of its own first. */
static const struct numalens_option **options_of(const struct numalens_command *command,
						 size_t *nr)
{
	const struct numalens_option *const tables[] = {
		command ? command->options : NULL, command ? command->shared : NULL, globals
	};
	const struct numalens_option **all = NULL;
	size_t table, i;

	*nr = 0;
	for (table = 0; table < ARRAY_SIZE(tables); table++) {
		size_t more = count(tables[table]);

		all = numalens_realloc(all, *nr + more, sizeof(*all));
		for (i = 0; i < more; i++)
			all[(*nr)++] = &tables[table][i];
	}
	return all;
}

/* The short options, as getopt wants them. */
static char *letters_of(const struct numalens_command *command)
{
	char *letters = numalens_strdup(!command || command->leads ? "+h" : "h");
	const char *own = command ? command->letters : NULL;
	size_t i;

	for (i = 0; own && own[i]; i++)
		numalens_append(&letters, "%c%s", own[i], command->options[i].arg ? ":" : "");
	return letters;
}

static int parse(const struct numalens_command *command, int argc, char **argv)
{
	size_t nr, i;
	const struct numalens_option **all = options_of(command, &nr);
	struct option *longs = numalens_alloc(nr + 1, sizeof(*longs));
	char *letters = letters_of(command);
	int key, at, ret = NUMALENS_OK;

	for (i = 0; i < nr; i++) {
		longs[i].name = all[i]->name;
		longs[i].has_arg = all[i]->arg ? required_argument : no_argument;
		longs[i].val = 1;
	}
	/* 0, not 1: glibc is to forget the other command line it has seen. */
	optind = 0;
	while ((key = getopt_long(argc, argv, letters, longs, &at)) != -1) {
		if (key == 'h')
			help = true;
		else if (key == 1)
			take(all[at]);
		else if (key != '?' && command)
			take(all[strchr(command->letters, key) - command->letters]);
		else
			ret = NUMALENS_USAGE;
	}
	free(letters);
	free(longs);
	free(all);
	if (ret)
		fprintf(stderr, "numalens: try numalens %s%s-h\n",
			command ? command->name : "", command ? " " : "");
	return ret;
}

static const struct numalens_command *find(const struct numalens_command *const *commands,
					   const char *name)
{
	for (; *commands; commands++)
		if (!strcmp((*commands)->name, name))
			return *commands;
	return NULL;
}

static int unit_set(const struct numalens_command *command)
{
	if (in_pages + in_bytes + !!unit > 1)
		return numalens_command_usage(command, "--unit, --pages and --bytes exclude each "
					      "other");
	if (unit && !numalens_output_unit_parse(unit))
		return numalens_command_usage(command, "\"%s\" is none of pages, bytes, KiB, MiB "
					      "and human", unit);
	if (in_pages || in_bytes)
		numalens_output_unit_set(in_pages ? NUMALENS_UNIT_PAGES : NUMALENS_UNIT_BYTES);
	return NUMALENS_OK;
}

/**
 * numalens_command_run() - do what the command line says
 * @commands: all commands, NULL behind the last
 * @argc: as for main()
 * @argv: as for main()
 *
 * Return: exit status.
 */
int numalens_command_run(const struct numalens_command *const *commands, int argc, char **argv)
{
	const struct numalens_command *command = NULL;
	struct numalens_args args;
	int ret = parse(NULL, argc, argv), at = optind;

	if (!ret && at < argc && !help && !version) {
		command = find(commands, argv[at]);
		if (!command)
			return numalens_command_usage(NULL, "there is no command \"%s\"",
						      argv[at]);
		argv[at] = argv[0];
		argv += at;
		argc -= at;
		ret = parse(command, argc, argv);
	}
	if (ret)
		return ret;
	if (help)
		return help_print(commands, command);
	if (version) {
		puts("numalens " NUMALENS_VERSION);
		return NUMALENS_OK;
	}
	if (!command)
		return numalens_command_usage(NULL, "no command is given");
	ret = unit_set(command);
	if (ret)
		return ret;
	if (sysroot)
		numalens_file_sysroot_set(sysroot);
	args.nr = argc - optind;
	args.operands = argv + optind;
	args.json = json;
	return command->run(&args);
}
