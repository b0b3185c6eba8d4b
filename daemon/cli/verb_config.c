/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead config: what the settings are, where each came from, and what is wrong with them. */

#include "cli/verbs.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "cli/config.h"
#include "cli/say.h"
#include "cli/table.h"
#include "conf/secret.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void json_freep(json_t **json)
{
	json_decref(*json);
}

static int print_json(json_t *json)
{
	int r = json ? json_print(stdout, json) : -ENOMEM;
	return r < 0 ? cli_fail_errno(CLI_PART, "config", NULL, r) : CLI_DONE;
}

static int print_check_json(const char *file, bool usable, const struct problems *problems)
{
	CLEANUP(json_freep) json_t *list = json_array();
	for (size_t i = 0; i < problems->n; i++) {
		const struct problem *problem = &problems->list[i];
		const char *level = problem->level == PROBLEM_ERROR ? "error" : "warning";
		if (json_array_append_new(list, json_pack("{ss so}", "level", level, "text",
							json_from_bytes(problem->text))) < 0)
			return cli_fail_errno(CLI_PART, "config", NULL, -ENOMEM);
	}
	CLEANUP(json_freep)
	json_t *all = json_pack(
		"{so sb sO}", "file", json_from_bytes(file), "usable", usable, "problems", list);
	return print_json(all);
}

static int check(const struct cli_context *context, const struct conf_paths *paths)
{
	CLEANUP(conf_freep) struct conf *conf = NULL;
	CLEANUP(problems_done) struct problems problems = { 0 };
	int r = conf_load(paths->config, paths->config_asked, &conf, &problems);
	if (r < 0 && r != -EBADMSG)
		return cli_fail_errno(CLI_STATE, "config", paths->config, r);
	if (conf)
		conf_check_secrets(conf, &problems);
	cli_say_problems(&problems);
	int status = conf ? CLI_DONE : CLI_STATE;
	if (context->json) {
		int printed = print_check_json(paths->config, conf != NULL, &problems);
		return printed == CLI_DONE ? status : printed;
	}
	if (!conf || problems.warnings)
		return status;
	char file[4096];
	(void)utf8_clean(paths->config, strlen(paths->config), file, sizeof file);
	bool there = access(paths->config, F_OK) == 0;
	(void)printf("%s: %s\n", file, there ? "no problems" : "not there; the defaults hold");
	return status;
}

/* One section is one table, so that its columns fit it. */
struct show {
	const struct cli_context *context;
	struct table *table;
	char section[16], name[CONF_RUNNER_MAX + 1];
	json_t *list;
	bool begun;
};

static int print_section(struct show *show)
{
	int r = show->table ? table_print(show->table, show->context, 0, stdout) : 0;
	show->table = table_free(show->table);
	return r;
}

static int begin_section(struct show *show, const struct conf_value *value)
{
	int r = print_section(show);
	if (r < 0)
		return r;
	const char *name = value->name ? value->name : "";
	(void)snprintf(show->section, sizeof show->section, "%s", value->section);
	(void)snprintf(show->name, sizeof show->name, "%s", name);
	(void)printf("%s%s[%s%s%s]%s\n", show->begun ? "\n" : "",
		cli_style(show->context, STYLE_BOLD), value->section, *name ? " " : "", name,
		cli_style(show->context, STYLE_PLAIN));
	show->begun = true;
	static const struct table_column columns[] = { { NULL, ALIGN_LEFT }, { NULL, ALIGN_LEFT } };
	return table_new(columns, 2, &show->table);
}

static int show_text(const struct conf_value *value, void *userdata)
{
	struct show *show = userdata;
	const char *name = value->name ? value->name : "";
	int r = 0;
	if (strcmp(show->section, value->section) != 0 || strcmp(show->name, name) != 0)
		r = begin_section(show, value);
	if (r < 0)
		return r;
	table_cell(show->table, STYLE_PLAIN, "%s =%s%s", value->key, *value->text ? " " : "",
		value->text);
	if (value->file)
		table_cell(show->table, STYLE_DIM, "# %s:%u", value->file, value->line);
	else
		table_cell(show->table, STYLE_DIM, "# default");
	return 0;
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_from_bytes(text) : json_null();
}

static int show_json(const struct conf_value *value, void *userdata)
{
	const struct show *show = userdata;
	json_t *one = json_pack("{ss so ss so so so}", "section", value->section, "name",
		text_or_null(value->name), "key", value->key, "value", text_or_null(value->text),
		"file", text_or_null(value->file), "line",
		value->file ? json_integer(value->line) : json_null());
	return json_array_append_new(show->list, one) < 0 ? -ENOMEM : 0;
}

static int show(const struct cli_context *context, const struct conf_paths *paths)
{
	CLEANUP(conf_freep) struct conf *conf = NULL;
	int status = cli_conf(paths, &conf);
	if (status != CLI_DONE)
		return status;
	CLEANUP(json_freep) json_t *list = json_array();
	struct show show = { .context = context, .list = list };
	if (context->json) {
		int r = conf_each(conf, show_json, &show);
		CLEANUP(json_freep)
		json_t *all = json_pack("{so so sO}", "file", json_from_bytes(paths->config),
			"state", json_from_bytes(paths->state), "values", list);
		return print_json(r < 0 ? NULL : all);
	}
	int r = conf_each(conf, show_text, &show);
	if (r == 0)
		r = print_section(&show);
	show.table = table_free(show.table);
	return r < 0 ? cli_fail_errno(CLI_PART, "config", NULL, r) : CLI_DONE;
}

int verb_config(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	bool checks = strcmp(arguments[0], "check") == 0;
	if (!checks && strcmp(arguments[0], "show") != 0)
		return cli_fail(
			CLI_USAGE, "wrong usage", arguments[0], "knead config takes check or show");
	CLEANUP(conf_paths_done) struct conf_paths paths = { 0 };
	int status = cli_paths(context, &paths);
	if (status != CLI_DONE)
		return status;
	return checks ? check(context, &paths) : show(context, &paths);
}
