/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who runs. */
#include "cli/setup_steps.h"

#include "base/cleanup.h"
#include "cli/config.h"
#include "cli/reload.h"
#include "cli/say.h"
#include "conf/drop_in.h"
#include "conf/file.h"
#include "conf/ini.h"
#include "conf/items.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "runner.conf"

static const struct question {
	const char *key, *title, *text;
} questions[] = {
	{ "birth_year", "Born", "Year of birth (Enter: leave it out)" },
	{ "sex", "Sex", "Sex, female or male (Enter: leave it out)" },
	{ "hr_max_bpm", "HRmax", "Highest heart rate, if you know it (Enter: from your runs)" },
	{ "time_zone", "Time zone", "Time zone" },
};

/* What stands in the settings for a key of [runner]. */
struct lookup {
	const char *key;
	char *text; /* owned; NULL: only the default */
};

static int on_value(const struct conf_value *value, void *userdata)
{
	struct lookup *lookup = userdata;
	if (strcmp(value->section, "runner") != 0 || strcmp(value->key, lookup->key) != 0 ||
		!value->file)
		return 0;
	free(lookup->text);
	lookup->text = strdup(value->text);
	return lookup->text ? 0 : -ENOMEM;
}

static char *configured(const struct setup *setup, const char *key)
{
	struct lookup lookup = { .key = key };
	(void)conf_each(setup->conf, on_value, &lookup);
	return lookup.text;
}

/* "Europe/Berlin", from what /etc/localtime is a link to; "" when it is none. */
static void machine_zone(char *ret, size_t room)
{
	char path[PATH_MAX], target[PATH_MAX];
	static const char marker[] = "/zoneinfo/";
	ssize_t n = readlink(machine_path("/etc/localtime", path), target, sizeof target - 1);
	target[n > 0 ? n : 0] = '\0';
	const char *name = strstr(target, marker);
	(void)snprintf(ret, room, "%s", name ? name + sizeof marker - 1 : "");
}

/* Asks until the answer is empty or one that the reader takes. */
static int ask_value(const struct question *question, char ret[ASK_BYTES])
{
	const struct item *item = item_find(SECTION_RUNNER, question->key);
	char zone[CONF_ZONE_MAX + 1] = "";
	if (strcmp(question->key, "time_zone") == 0)
		machine_zone(zone, sizeof zone);
	for (;;) {
		int r = ask_line(question->text, *zone ? zone : NULL, ret);
		struct setting setting = { .text = ret, .from_day = PROFILE_ALWAYS };
		const char *why = NULL;
		if (r <= 0 || !*ret || item->type->read(item, &setting, &why) == 0)
			return r;
		(void)printf("No: %s%s.\n", why ? "" : "must be ", why ? why : item->range);
	}
}

/* What the file of an earlier time says, to which lines are added. */
static char *earlier(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	if (file_load(AT_FDCWD, path, INI_FILE_MAX, &text, &size) == 0)
		return text;
	return strdup("# Written by knead setup.\n[runner]\n");
}

static enum setup_end cannot(const struct setup *setup, const char *path, int error)
{
	if (error == -EACCES && setup->paths.system)
		return (enum setup_end)cli_fail(SETUP_FAILED, "no right to write", path,
			"the system service's settings are root's: sudo knead setup");
	return (enum setup_end)cli_fail_errno(SETUP_FAILED, "cannot write", path, error);
}

/* Checked with everything else that the daemon reads, then put in place. */
static enum setup_end write_down(struct setup *setup, const char *lines)
{
	char path[PATH_MAX];
	(void)snprintf(path, sizeof path, "%.4000s.d/" FILE_NAME, setup->paths.config);
	AUTO_FREE char *before = earlier(path);
	char *made = NULL;
	struct drop_in_rights rights;
	if (!before || asprintf(&made, "%s%s", before, lines) < 0)
		return cannot(setup, path, -ENOMEM);
	AUTO_FREE char *text = made;
	const struct conf_draft draft = { .name = FILE_NAME, .text = text, .size = strlen(text) };
	CLEANUP(problems_done) struct problems problems = { 0 };
	CLEANUP(conf_freep) struct conf *conf = NULL;
	int r = conf_load_with(
		setup->paths.config, setup->paths.config_asked, &draft, &conf, &problems);
	if (r == 0)
		r = drop_in_rights(setup->paths.system, &rights);
	else
		cli_say_problems(&problems);
	if (r == 0)
		r = drop_in_write(path, text, &rights, true);
	if (r < 0)
		return cannot(setup, path, r);
	(void)printf("Wrote %s\n", path);
	(void)reload_daemon(&setup->paths);
	return setup_reread(setup) ? SETUP_NEXT : SETUP_OVER;
}

static enum setup_end ask_missing(const struct setup *setup, FILE *lines, enum setup_end *ret_end)
{
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		char answer[ASK_BYTES];
		AUTO_FREE char *there = configured(setup, questions[i].key);
		if (there) {
			setup_show(questions[i].title, there);
			continue;
		}
		int r = ask_value(&questions[i], answer);
		if (r <= 0)
			return *ret_end = setup_end_of(r);
		if (*answer)
			(void)fprintf(lines, "%s = %s\n", questions[i].key, answer);
	}
	return *ret_end = SETUP_NEXT;
}

enum setup_end setup_step_runner(struct setup *setup)
{
	char *lines = NULL;
	size_t size = 0;
	enum setup_end asked = SETUP_NEXT, written = SETUP_NEXT;
	FILE *out = open_memstream(&lines, &size);
	if (!out)
		return SETUP_FAILED;
	(void)puts("Who runs? It makes the numbers fit; all of it can be left out.");
	(void)ask_missing(setup, out, &asked);
	if (fclose(out) != 0) {
		free(lines);
		return SETUP_FAILED;
	}
	/* also what was answered before the answers ended */
	if (size)
		written = write_down(setup, lines);
	free(lines);
	return asked != SETUP_NEXT ? asked : written;
}
