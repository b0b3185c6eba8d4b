/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Settings and store for the verbs that need them. */

#include "cli/say.h"
#include "conf/conf.h"
#include "conf/paths.h"
#include "decide/situation.h"
#include "store/store.h"
#include "store/store_outbox.h"

struct session {
	struct conf_paths paths;
	struct conf *conf;
	struct store *store;
	int64_t now_ms;
	bool throw_away; /* the store is gone with the command */
};

/* Finds and reads the settings, sets the time zone, opens the store. Says what is wrong.
 * Returns CLI_DONE; CLI_STATE; CLI_NOTHING when there is no store yet (not with STORE_CREATE).
 * session_done() in every case. */
int session_open(struct cli_context *context, enum store_mode mode, struct session *ret);
void session_done(struct session *session);

#define AUTO_SESSION CLEANUP(session_done)

/* History, model, and what was said before, as of the session's present. */
int session_situation(struct session *session, enum situation_reach reach, struct situation *ret);

/* How a webhook stands with its present settings. ret_why: owned; NULL when it is ok. Returns 0; negative errno. */
int session_standing(struct session *session, const struct conf_webhook *webhook,
	enum webhook_standing *ret, char **ret_why);
