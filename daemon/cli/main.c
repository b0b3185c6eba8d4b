/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead: the command line. Options may stand before or after the verb. */

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "util/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct verb verbs[] = {
	{ .name = "parse",
		.min = 1,
		.max = -1,
		.run = verb_parse,
		.arguments = "FILE...",
		.help = "show what is in files; stores nothing" },
	{ .name = "import",
		.min = 1,
		.max = -1,
		.run = verb_import,
		.arguments = "PATH...",
		.help = "take files and folders in" },
	{ .name = "status",
		.min = 0,
		.max = 0,
		.run = verb_status,
		.arguments = "",
		.help = "strain now, and what needs a hand" },
	{ .name = "why",
		.min = 0,
		.max = 1,
		.run = verb_why,
		.arguments = "[INDICATION]",
		.help = "the evidence behind each score",
		.options = { { "constants", NULL,
			"print the numbers of the model and their sources" } } },
	{ .name = "log",
		.min = 0,
		.max = 0,
		.run = verb_log,
		.arguments = "",
		.help = "the activities, oldest first",
		.options = { { "last", "N", "only the newest N (30; all with --json)" } } },
	{ .name = "show",
		.min = 1,
		.max = 1,
		.run = verb_show,
		.arguments = "ID",
		.help = "one activity with every number and where it came from" },
	{ .name = "massage",
		.min = 0,
		.max = 0,
		.run = verb_massage,
		.arguments = "",
		.help = "log a massage",
		.options = { { "at", "TIME", "when it was (now)" },
			{ "minutes", "N", "how long it was (30)" },
			{ "undo", NULL, "take the latest back" } } },
	{ .name = "feel",
		.min = 1,
		.max = 6,
		.run = verb_feel,
		.arguments = "N [REGION...]",
		.help = "log soreness now, 0 to 10, and where" },
	{ .name = "flag",
		.min = 2,
		.max = 2,
		.run = verb_flag,
		.arguments = "injury|illness on|off",
		.help = "hold massage advice while something is wrong" },
	{ .name = "snooze",
		.min = 1,
		.max = 1,
		.run = verb_snooze,
		.arguments = "DURATION|off",
		.help = "no suggestions for a while: 12h, 3d, 2w" },
	{ .name = "replay",
		.min = 1,
		.max = -1,
		.run = verb_replay,
		.arguments = "PATH...",
		.help = "what would have been said on a season of files" },
	{ .name = "recompute",
		.min = 0,
		.max = 0,
		.run = verb_recompute,
		.arguments = "",
		.help = "all numbers again from the kept originals" },
	{ .name = "alerts",
		.min = 0,
		.max = 0,
		.run = verb_alerts,
		.arguments = "",
		.help = "what was decided, and how far each message got",
		.options = { { "last", "N", "only the newest N (30; all with --json)" } } },
	{ .name = "watches",
		.min = 0,
		.max = 0,
		.run = verb_watches,
		.arguments = "",
		.help = "the watches that are plugged in, and those that were" },
	{ .name = "config",
		.min = 1,
		.max = 1,
		.run = verb_config,
		.arguments = "check|show",
		.help = "say what is wrong with the settings, or what holds and from where" },
};

/* The common options; numbers from 1000 on leave room for those of a verb. */
enum { OPTION_STATE = 1000, OPTION_CONFIG, OPTION_NOW, OPTION_JSON, OPTION_HELP, OPTION_VERSION };

static const struct common {
	struct cli_option option;
	int number;
} common[] = {
	{ { "state", "DIR", "where the store is" }, OPTION_STATE },
	{ { "config", "FILE", "the settings to use" }, OPTION_CONFIG },
	{ { "now", "TIME", "take this for the present time (RFC 3339)" }, OPTION_NOW },
	{ { "json", NULL, "print JSON" }, OPTION_JSON },
	{ { "help", NULL, "show this" }, OPTION_HELP },
	{ { "version", NULL, "show the version" }, OPTION_VERSION },
};

/* What getopt_long() gets for `verb` (NULL: the common ones only). */
static void fill_options(
	const struct verb *verb, struct option ret[ARRAY_SIZE(common) + CLI_OPTIONS_MAX + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		ret[n++] = (struct option) { .name = common[i].option.name,
			.has_arg = common[i].option.value ? required_argument : no_argument,
			.val = common[i].number };
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
		for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
			char left[64];
			(void)snprintf(
				left, sizeof left, "%s %s", verbs[i].name, verbs[i].arguments);
			(void)printf("  %-30s %s\n", left, verbs[i].help);
		}
		(void)puts("\noptions:");
	}
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		print_option(&common[i].option);
}

/* One option that getopt_long() found. Returns 0; -ECANCELED when all is done (help, version); an
 * exit status when it is wrong. */
static int take_option(struct cli_context *context, int number)
{
	switch (number) {
	case OPTION_STATE:
		context->state = optarg;
		return 0;
	case OPTION_CONFIG:
		context->config = optarg;
		return 0;
	case OPTION_NOW:
		context->clock.fixed = true;
		if (clock_parse(optarg, &context->clock.fixed_ms) == 0)
			return 0;
		return cli_fail(CLI_USAGE, "wrong value", optarg,
			"--now takes a time such as 2026-05-03T06:12:44Z");
	case OPTION_JSON:
		context->json = true;
		return 0;
	case OPTION_HELP:
		print_help(context->verb);
		return -ECANCELED;
	case OPTION_VERSION:
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
	struct option options[ARRAY_SIZE(common) + CLI_OPTIONS_MAX + 1];
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
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
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

/* Descriptors 0 to 2 must be something, or the first file that is opened becomes one of them. What is
 * opened for reading here still fails when it is written to. */
static void fill_standard_fds(void)
{
	int fd = -1;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

/* Widths of letters need a locale of UTF-8, even where none is set. */
static void choose_locale(void)
{
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	fill_standard_fds();
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
