/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a new webhook is: by options, or by questions. */
#include "cli/webhook_draft.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "conf/items.h"
#include "conf/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int choose_name(const struct conf *conf, const char *name, struct webhook_draft *draft)
{
	const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	if (name) {
		size_t size = strlen(name);
		if (!size || size > CONF_NAME_MAX || strspn(name, letters) != size)
			return cli_fail(CLI_USAGE, "wrong name", name,
				"a webhook's name is 1 to %u of a-z, 0-9, _ and -", CONF_NAME_MAX);
		if (conf_find_webhook(conf, name))
			return cli_fail(CLI_USAGE, "webhook", name,
				"is there already: choose another name, or edit its section "
				"(knead config show names the file)");
		(void)snprintf(draft->name, sizeof draft->name, "%s", name);
		return CLI_DONE;
	}
	(void)snprintf(draft->name, sizeof draft->name, "phone");
	for (unsigned i = 2; conf_find_webhook(conf, draft->name); i++)
		(void)snprintf(draft->name, sizeof draft->name, "phone%u", i);
	return CLI_DONE;
}

static const char plain_why[] = "anyone on the way could read it; must be https://";

/* What is wrong with an address, as a sentence; NULL: nothing. A server's alone is one without a topic. */
static const char *check_url(const struct webhook_draft *draft, const char *text, bool *ret_server)
{
	struct url url;
	const char *why = NULL;
	*ret_server = false;
	if (url_parse(text, &url, &why) < 0)
		return why;
	*ret_server =
		draft->type == WEBHOOK_TYPE_NTFY && (!*url.path || strcmp(url.path, "/") == 0);
	if (draft->type == WEBHOOK_TYPE_NTFY && !*ret_server && !url_ntfy_topic(&url))
		return "must be the address of a topic, https://host/topic; a topic is 1 to 64 of "
		       "A-Z, a-z, 0-9, _ and -";
	return !url.https && !url_is_loopback(&url) && !draft->plain_http ? plain_why : NULL;
}

static void take_url(struct webhook_draft *draft, const char *text, bool server)
{
	if (server)
		webhook_draft_topic(draft, text);
	else
		(void)snprintf(draft->url, sizeof draft->url, "%s", text);
}

static int need_secret(struct webhook_draft *draft, const struct conf_paths *paths)
{
	int r = webhook_draft_secret(draft, paths);
	if (r == -EEXIST)
		return cli_fail(CLI_STATE, "webhook", draft->secret_file,
			"is there already and holds no key that could be used: move it away");
	return r < 0 ? cli_fail_errno(CLI_STATE, "webhook", draft->name, r) : CLI_DONE;
}

/* A file that was named from where the command runs, as the daemon can name it as well. What is no file here stays
 * as it is: it may be the name of a credential. */
static void take_file(const char *name, char ret[PATH_MAX])
{
	char here[PATH_MAX];
	if (name && *name != '/' && access(name, F_OK) == 0 && getcwd(here, sizeof here)) {
		int n = snprintf(ret, PATH_MAX, "%s/%s", here, name);
		if (n > 0 && n < PATH_MAX)
			return;
	}
	(void)snprintf(ret, PATH_MAX, "%s", name ? name : "");
}

static int by_options(const struct cli_context *context, const struct conf_paths *paths,
	struct webhook_draft *draft)
{
	const char *type = cli_option(context, "type"), *url = cli_option(context, "url");
	const char *secret = cli_option(context, "secret-file");
	const char *token = cli_option(context, "token-file");
	const char *events = cli_option(context, "events");
	if (!type || strcmp(type, "ntfy") == 0)
		draft->type = WEBHOOK_TYPE_NTFY;
	else if (strcmp(type, "generic") == 0)
		draft->type = WEBHOOK_TYPE_GENERIC;
	else
		return cli_fail(CLI_USAGE, "wrong value", type, "--type takes ntfy or generic");
	draft->plain_http = cli_option(context, "plain-http") != NULL;
	if (!url && draft->type == WEBHOOK_TYPE_GENERIC)
		return cli_fail(CLI_USAGE, "wrong usage", "--url", "generic needs an address");
	bool server = false;
	const char *why = check_url(draft, url ? url : WEBHOOK_SERVER, &server);
	if (why)
		return cli_fail(CLI_USAGE, "wrong value", "--url", "%s%s", why,
			why == plain_why ? ", or add --plain-http" : "");
	take_url(draft, url ? url : WEBHOOK_SERVER, server);
	if (secret && draft->type == WEBHOOK_TYPE_NTFY)
		return cli_fail(CLI_USAGE, "wrong usage", "--secret-file",
			"messages to ntfy are not signed");
	take_file(secret, draft->secret_file);
	take_file(token, draft->token_file);
	(void)snprintf(draft->events, sizeof draft->events, "%s", events ? events : "");
	return draft->type == WEBHOOK_TYPE_GENERIC && !secret ? need_secret(draft, paths)
							      : CLI_DONE;
}

/* Returns as ask_line(). */
static int ask_url(struct webhook_draft *draft)
{
	char answer[ASK_BYTES];
	bool ntfy = draft->type == WEBHOOK_TYPE_NTFY;
	if (ntfy)
		(void)puts("\nntfy brings notes to a phone by a topic; whoever knows its name can "
			   "read it.\nPress Enter for a new topic with a random name, or give a "
			   "server of your own,\nor the whole address of a topic that you have.");
	for (;;) {
		bool server = false;
		int r = ask_line(ntfy ? "Address" : "\nAddress, https://host/path",
			ntfy ? WEBHOOK_SERVER : NULL, answer);
		if (r <= 0)
			return r;
		const char *why = check_url(draft, answer, &server);
		if (why)
			(void)printf("No: %s.\n", why);
		if (why == plain_why) {
			r = ask_yes("Allow it all the same", false, &draft->plain_http);
			if (r <= 0)
				return r;
			why = check_url(draft, answer, &server);
		}
		if (!why) {
			take_url(draft, answer, server);
			return 1;
		}
	}
}

/* Only servers of one's own, and generic receivers, want one. */
static int ask_token(struct webhook_draft *draft, const struct conf_paths *paths, int *ret_status)
{
	char answer[ASK_BYTES];
	size_t size = strlen(WEBHOOK_SERVER "/knead-");
	if (strncmp(draft->url, WEBHOOK_SERVER "/knead-", size) == 0)
		return 1;
	int r = ask_hidden(
		"Token, if the receiver wants one (it is not shown; Enter: none)", answer);
	if (r <= 0 || !*answer)
		return r;
	int written = webhook_draft_token(draft, paths, answer);
	explicit_bzero(answer, sizeof answer);
	if (written < 0)
		*ret_status = cli_fail(CLI_STATE, "webhook", draft->token_file, "%s",
			written == -EEXIST ? "is there already: move it away, or give another name"
					   : strerror(-written));
	return 1;
}

static int ask_all(struct webhook_draft *draft, const struct conf_paths *paths, int *ret_status)
{
	static const char *const kinds[] = { "a phone, by ntfy (a free app, no account)",
		"another receiver (signed JSON, Standard Webhooks)" };
	size_t kind = 0;
	int r = ask_choice("Where should notes go?", kinds, ARRAY_SIZE(kinds), &kind);
	draft->type = kind == 0 ? WEBHOOK_TYPE_NTFY : WEBHOOK_TYPE_GENERIC;
	if (r > 0)
		r = ask_url(draft);
	if (r > 0)
		r = ask_token(draft, paths, ret_status);
	if (r <= 0 || *ret_status != CLI_DONE)
		return r;
	const struct item *events = item_find(SECTION_WEBHOOK, "events");
	r = ask_line("Messages, parted by blanks; Enter for the usual\n ", events->fallback,
		draft->events);
	if (r > 0 && strcmp(draft->events, events->fallback) == 0)
		draft->events[0] = '\0';
	if (r > 0 && draft->type == WEBHOOK_TYPE_GENERIC)
		*ret_status = need_secret(draft, paths);
	return r;
}

int webhook_draft_fill(const struct cli_context *context, const struct conf_paths *paths,
	const struct conf *conf, const char *name, struct webhook_draft *ret)
{
	int status = choose_name(conf, name, ret);
	if (status != CLI_DONE)
		return status;
	for (unsigned i = 0; i < CLI_OPTIONS_MAX && context->verb->options[i].name; i++)
		if (context->values[i])
			return by_options(context, paths, ret);
	int r = ask_all(ret, paths, &status);
	if (status != CLI_DONE || r > 0)
		return status;
	return cli_fail(CLI_USAGE, "webhook", NULL,
		"the answers ended before the last question; nothing was written");
}
