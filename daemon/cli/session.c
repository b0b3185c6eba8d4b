/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/session.h"

#include "base/cleanup.h"
#include "cli/config.h"
#include "import/settings.h"
#include "util/zone.h"

#include <errno.h>

void session_done(struct session *session)
{
	session->store = store_close(session->store);
	session->conf = conf_free(session->conf);
	conf_paths_done(&session->paths);
}

static int open_store(struct session *session, enum store_mode mode)
{
	char why[STORE_WHY_BYTES] = "";
	int r = store_open(session->paths.state, mode, &session->store, why);
	if (r == 0)
		return CLI_DONE;
	if (r == -ENOENT)
		return cli_fail(CLI_NOTHING, "nothing imported yet", session->paths.state,
			"start kneadd and plug in the watch, or: knead import PATH");
	if (r == -EACCES && session->paths.system)
		return cli_fail(CLI_STATE, "no right to the store", session->paths.state,
			"sudo adduser $USER knead, then log in again");
	return cli_fail(CLI_STATE, "store", session->paths.state, "%s", why);
}

int session_open(struct cli_context *context, enum store_mode mode, struct session *ret)
{
	*ret = (struct session) { .now_ms = clock_now_ms(&context->clock) };
	int status = cli_paths(context, &ret->paths);
	if (status == CLI_DONE)
		status = cli_conf(&ret->paths, &ret->conf);
	if (status != CLI_DONE)
		return status;
	int r = zone_set(ret->conf->runner.time_zone);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "config", ret->conf->runner.time_zone, r);
	return open_store(ret, mode);
}

int session_situation(struct session *session, enum situation_reach reach, struct situation *ret)
{
	struct decide_target targets[CONF_SECTIONS_MAX];
	struct decide_settings settings;
	decide_settings_of(session->conf, targets, &settings);
	return situation_load(session->store, &settings.policy, settings.day_start_h,
		session->now_ms, reach, ret);
}

int session_standing(struct session *session, const struct conf_webhook *webhook,
	enum webhook_standing *ret, char **ret_why)
{
	char hash[HASH_HEX_BYTES];
	int r = conf_hash(webhook, hash);
	return r < 0 ? r : store_get_webhook(session->store, webhook->name, hash, ret, ret_why);
}
