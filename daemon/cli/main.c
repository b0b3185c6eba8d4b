/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead: the command line. Options may stand before or after the verb. */

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/verb_table.h"
#include "util/crash.h"
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What getopt_long() gets for `verb` (NULL: the common ones only). */
static void fill_options(
	const struct verb *verb, struct option ret[CLI_COMMON_COUNT + CLI_OPTIONS_MAX + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < CLI_COMMON_COUNT; i++)
		ret[n++] = (struct option) { .name = cli_common[i].option.name,
			.has_arg = cli_common[i].option.value ? required_argument : no_argument,
			.val = (int)cli_common[i].number };
	for (unsigned i = 0; verb && i < CLI_OPTIONS_MAX && verb->options[i].name; i++)
		ret[n++] = (struct option) { .name = verb->options[i].name,
			.has_arg = verb->options[i].value ? required_argument : no_argument,
			.val = (int)i };
	ret[n] = (struct option) { 0 };
}

static void print_option(const struct cli_option *option)
{
	char left[40];
	(void)snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
		option->value ? option->value : "");
	(void)printf("  %-18s %s\n", left, option->help);
}

static void print_help(const struct verb *verb)
{
	if (verb) {
		(void)printf("usage: knead %s [OPTION...] %s\n\n%s\n\noptions:\n", verb->name,
			verb->arguments, verb->help);
		for (unsigned i = 0; i < CLI_OPTIONS_MAX && verb->options[i].name; i++)
			print_option(&verb->options[i]);
	} else {
		(void)puts("usage: knead VERB [OPTION...] [ARGUMENT...]\n\nverbs:");
		for (size_t i = 0; i < cli_verbs_n; i++) {
			char left[64];
			(void)snprintf(left, sizeof left, "%s %s", cli_verbs[i].name,
				cli_verbs[i].arguments);
			(void)printf("  %-30s %s\n", left, cli_verbs[i].help);
		}
		(void)puts("\noptions:");
	}
	for (size_t i = 0; i < CLI_COMMON_COUNT; i++)
		print_option(&cli_common[i].option);
}

/* One option that getopt_long() found. Returns 0; -ECANCELED when all is done (help, version); an
 * exit status when it is wrong. */
static int take_option(struct cli_context *context, int number)
{
	switch (number) {
	case CLI_OPTION_STATE:
		context->state = optarg;
		return 0;
	case CLI_OPTION_CONFIG:
		context->config = optarg;
		return 0;
	case CLI_OPTION_NOW:
		context->clock.fixed = true;
		if (clock_parse(optarg, &context->clock.fixed_ms) == 0)
			return 0;
		return cli_fail(CLI_USAGE, "wrong value", optarg,
			"--now takes a time such as 2026-05-03T06:12:44Z");
	case CLI_OPTION_JSON:
		context->json = true;
		return 0;
	case CLI_OPTION_HELP:
		print_help(context->verb);
		return -ECANCELED;
	case CLI_OPTION_VERSION:
		(void)puts("knead " KNEAD_VERSION);
		return -ECANCELED;
	default:
		break;
	}
	if (number < 0 || number >= (int)CLI_OPTIONS_MAX)
		return CLI_USAGE;
	context->values[number] = optarg ? optarg : "";
	return 0;
}

/* Reads options up to the end, or with stop up to the first word that is none. */
static int read_options(struct cli_context *context, int argc, char **argv, bool stop)
{
	struct option options[CLI_COMMON_COUNT + CLI_OPTIONS_MAX + 1];
	fill_options(context->verb, options);
	opterr = 0;
	int number;
	while ((number = getopt_long(argc, argv, stop ? "+:" : ":", options, NULL)) != -1) {
		/* options without a letter leave no trace in optopt but the word itself */
		if (number == '?' || number == ':')
			return cli_fail(CLI_USAGE, "wrong usage", argv[optind - 1], "%s",
				number == ':' ? "a value is missing"
					      : "there is no such option; see knead --help");
		int r = take_option(context, number);
		if (r != 0)
			return r;
	}
	return 0;
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < cli_verbs_n; i++)
		if (strcmp(cli_verbs[i].name, name) == 0)
			return &cli_verbs[i];
	return NULL;
}

static int run(struct cli_context *context, int argc, char **argv)
{
	int r = read_options(context, argc, argv, true);
	if (r != 0)
		return r;
	if (optind >= argc) {
		(void)cli_fail(0, "wrong usage", NULL, "which verb? see knead --help");
		return CLI_USAGE;
	}
	const char *name = argv[optind++];
	if (strcmp(name, "help") == 0) {
		print_help(optind < argc ? find_verb(argv[optind]) : NULL);
		return CLI_DONE;
	}
	context->verb = find_verb(name);
	if (!context->verb)
		return cli_fail(
			CLI_USAGE, "wrong usage", name, "there is no such verb; see knead --help");
	argc -= optind - 1;
	argv += optind - 1;
	optind = 0; /* glibc: begin anew */
	r = read_options(context, argc, argv, false);
	if (r != 0)
		return r;
	int count = argc - optind;
	if (count < context->verb->min || (context->verb->max >= 0 && count > context->verb->max))
		return cli_fail(CLI_USAGE, "wrong usage", context->verb->name,
			"knead %s%s%s; see knead %s --help", context->verb->name,
			*context->verb->arguments ? " " : "", context->verb->arguments,
			context->verb->name);
	return context->verb->run(context, count, argv + optind);
}

/* Widths of letters need a locale of UTF-8, even where none is set. */
static void choose_locale(void)
{
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	/* what cannot be printed is to be an error */
	process_fill_standard(O_RDONLY);
	process_outlive_limits();
	choose_locale();
	struct cli_context context = { .colour = cli_wants_colour() };
#ifdef KNEAD_TEST_CLOCK
	if (argc == 2 && strcmp(argv[1], "--crash-points") == 0) {
		for (size_t i = 0; i < CRASH_POINT_COUNT; i++)
			(void)puts(crash_point_names[i]);
		return cli_flush(CLI_DONE);
	}
#endif
	int status = run(&context, argc, argv);
	return cli_flush(status == -ECANCELED ? CLI_DONE : status);
}
