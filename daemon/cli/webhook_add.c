/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/webhook_add.h"

#include "base/cleanup.h"
#include "cli/config.h"
#include "cli/qr.h"
#include "cli/reload.h"
#include "cli/say.h"
#include "cli/webhook_draft.h"
#include "conf/drop_in.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

static int cannot_write(const struct conf_paths *paths, const char *path, int error)
{
	if ((error == -EACCES || error == -EPERM) && paths->system)
		return cli_fail(CLI_STATE, "no right to write", path,
			"the system service's settings are root's: sudo knead webhook add");
	if (error == -EEXIST)
		return cli_fail(CLI_STATE, "cannot write", path,
			"is there already: move it away, or choose another name");
	return cli_fail_errno(CLI_STATE, "cannot write", path, error);
}

/* As the daemon will read it, with everything else that it reads. */
static int check(
	const struct conf_paths *paths, const struct webhook_draft *draft, const char *text)
{
	char name[CONF_NAME_MAX + 8];
	(void)snprintf(name, sizeof name, "%s.conf", draft->name);
	const struct conf_draft file = { .name = name, .text = text, .size = strlen(text) };
	CLEANUP(conf_freep) struct conf *conf = NULL;
	CLEANUP(problems_done) struct problems problems = { 0 };
	int r = conf_load_with(paths->config, paths->config_asked, &file, &conf, &problems);
	const struct conf_webhook *webhook = r == 0 ? conf_find_webhook(conf, draft->name) : NULL;
	if (webhook && strcmp(webhook->url, draft->url) == 0)
		return CLI_DONE;
	cli_say_problems(&problems);
	if (r < 0 && r != -EBADMSG)
		return cli_fail_errno(CLI_STATE, "config", paths->config, r);
	return cli_fail(CLI_USAGE, "webhook", draft->name,
		"cannot be added as it is, see above; nothing was written");
}

static int write_secret(const struct conf_paths *paths, const char *path, const char *value,
	const struct drop_in_rights *rights)
{
	char line[ASK_BYTES + 1];
	if (!*value)
		return CLI_DONE;
	(void)snprintf(line, sizeof line, "%s\n", value);
	int r = drop_in_write(path, line, rights, false);
	explicit_bzero(line, sizeof line);
	return r < 0 ? cannot_write(paths, path, r) : CLI_DONE;
}

/* Secrets first: a section must never name a file that is not there. */
static int write_all(const struct conf_paths *paths, const struct webhook_draft *draft,
	const char *text, const char *path)
{
	struct drop_in_rights rights;
	int r = drop_in_rights(paths->system, &rights);
	if (r == -ENOENT)
		return cli_fail(CLI_STATE, "no group knead", paths->config,
			"the system service is not installed whole: sudo systemd-sysusers");
	int status = write_secret(paths, draft->secret_file, draft->secret, &rights);
	if (status != CLI_DONE)
		return status;
	status = write_secret(paths, draft->token_file, draft->token, &rights);
	r = status == CLI_DONE ? drop_in_write(path, text, &rights, false) : 0;
	if (status == CLI_DONE && r == 0)
		return CLI_DONE;
	if (*draft->secret)
		(void)unlink(draft->secret_file);
	if (*draft->token && status == CLI_DONE)
		(void)unlink(draft->token_file);
	return status != CLI_DONE ? status : cannot_write(paths, path, r);
}

static unsigned columns(void)
{
	struct winsize size = { 0 };
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static void show(
	const struct cli_context *context, const struct webhook_draft *draft, const char *path)
{
	(void)printf("\nWrote %s\n", path);
	if (draft->type == WEBHOOK_TYPE_NTFY) {
		(void)puts("\nOn the phone: install the app \"ntfy\", then scan this, or subscribe "
			   "to the topic\nby hand (+ in the app). Treat the address as a "
			   "password.\n");
		(void)qr_print(draft->url, columns(), context->colour);
		(void)printf("\n  %s\n\n", draft->url);
	} else if (*draft->secret) {
		(void)printf(
			"\nThe receiver needs this key to check that messages are from here; it "
			"is not shown\nagain and stands in %s:\n\n  %s\n\n",
			draft->secret_file, draft->secret);
	}
	(void)printf("Try it: knead webhook test %s\n", draft->name);
}

static int show_json(const struct webhook_draft *draft, const char *path)
{
	json_auto_t *object = json_pack("{s:s,s:s,s:s,s:o,s:s?,s:s?}", "name", draft->name, "type",
		webhook_type_names[draft->type], "url", draft->url, "file", json_from_bytes(path),
		"secret_file", *draft->secret_file ? draft->secret_file : NULL, "secret",
		*draft->secret ? draft->secret : NULL);
	return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
}

static int add(const struct cli_context *context, const struct conf_paths *paths,
	const struct webhook_draft *draft)
{
	AUTO_FREE char *text = NULL;
	char path[PATH_MAX];
	if (webhook_draft_text(draft, &text) < 0)
		return cli_fail_errno(CLI_STATE, "webhook", draft->name, -ENOMEM);
	if (snprintf(path, sizeof path, "%s.d/%s.conf", paths->config, draft->name) >=
		(int)sizeof path)
		return cli_fail_errno(CLI_STATE, "config", paths->config, -ENAMETOOLONG);
	int status = check(paths, draft, text);
	if (status == CLI_DONE)
		status = write_all(paths, draft, text, path);
	if (status != CLI_DONE)
		return status;
	if (context->json)
		status = show_json(draft, path);
	else
		show(context, draft, path);
	(void)reload_daemon(paths);
	return status;
}

int webhook_add(struct cli_context *context, const char *name)
{
	CLEANUP(conf_paths_done) struct conf_paths paths = { 0 };
	CLEANUP(conf_freep) struct conf *conf = NULL;
	CLEANUP(webhook_draft_done) struct webhook_draft draft = { 0 };
	int status = cli_paths(context, &paths);
	if (status == CLI_DONE)
		status = cli_conf(&paths, &conf);
	if (status == CLI_DONE)
		status = webhook_draft_fill(context, &paths, conf, name, &draft);
	return status == CLI_DONE ? add(context, &paths, &draft) : status;
}
