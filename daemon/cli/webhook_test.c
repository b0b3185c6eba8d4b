/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/webhook_test.h"

#include "base/cleanup.h"
#include "cli/config.h"
#include "cli/webhook_advice.h"
#include "import/settings.h"
#include "ipc/json_text.h"
#include "store/store_outbox.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LOOK_MS 50
#define HINT_MS 5000  /* until it is said why nothing may be happening */
#define WAIT_MS 40000 /* a request ends after 30 s */

enum outcome { OUTCOME_NONE, OUTCOME_SENT, OUTCOME_LATER, OUTCOME_LOST, OUTCOME_STOPPED };

static const char *const outcome_names[] = { [OUTCOME_NONE] = "none",
	[OUTCOME_SENT] = "sent",
	[OUTCOME_LATER] = "waiting",
	[OUTCOME_LOST] = "failed",
	[OUTCOME_STOPPED] = "fault" };

/* One test under way. */
struct probe {
	struct session *session;
	const struct conf_webhook *webhook;
	char event_id[40];
	enum outcome outcome;
	char *why; /* owned; NULL */
};

static void probe_done(struct probe *probe)
{
	free(probe->why);
}

static int64_t monotonic_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int queue(struct probe *probe)
{
	struct session *session = probe->session;
	struct decide_target targets[CONF_SECTIONS_MAX];
	struct decide_settings settings;
	char hash[HASH_HEX_BYTES];
	decide_settings_of(session->conf, targets, &settings);
	int r = conf_hash(probe->webhook, hash);
	if (r == 0)
		r = store_begin(session->store);
	if (r < 0)
		return r;
	/* the runner asks whether it works by now: what was in the way before does not count */
	r = store_set_webhook(session->store, probe->webhook->name, hash, WEBHOOK_OK, NULL);
	if (r == 0)
		r = decide_test(session->store, &settings, probe->webhook->name, session->now_ms,
			probe->event_id);
	if (r == 0)
		r = store_commit(session->store);
	if (r < 0)
		store_rollback(session->store);
	else
		store_nudge(session->store);
	return r;
}

static void settle(struct probe *probe, enum outcome outcome, char **why)
{
	free(probe->why);
	probe->outcome = outcome;
	probe->why = TAKE_PTR(*why);
}

static int look_at_standing(struct probe *probe)
{
	char hash[HASH_HEX_BYTES];
	enum webhook_standing standing = WEBHOOK_OK;
	AUTO_FREE char *why = NULL;
	int r = conf_hash(probe->webhook, hash);
	if (r == 0)
		r = store_get_webhook(
			probe->session->store, probe->webhook->name, hash, &standing, &why);
	if (r == 0 && standing != WEBHOOK_OK)
		settle(probe, OUTCOME_STOPPED, &why);
	return r;
}

/* An older message that fails holds the test back; it failed now, since the test made it due. */
static int look_at_queue(struct probe *probe)
{
	struct delivery *heads = NULL;
	size_t n = 0;
	int r = store_next_deliveries(probe->session->store, &heads, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(heads[i].webhook, probe->webhook->name) == 0 && heads[i].why &&
			heads[i].next_ms > probe->session->now_ms)
			settle(probe, OUTCOME_LATER, &heads[i].why);
	deliveries_free(heads, n);
	return r;
}

static int look(struct probe *probe)
{
	CLEANUP(delivery_done) struct delivery delivery = { 0 };
	int r = look_at_standing(probe);
	if (r < 0 || probe->outcome != OUTCOME_NONE)
		return r;
	r = store_get_delivery(
		probe->session->store, probe->event_id, probe->webhook->name, &delivery);
	if (r < 0)
		return r;
	if (delivery.state == DELIVERY_SENT)
		settle(probe, OUTCOME_SENT, &delivery.why);
	else if (delivery.state != DELIVERY_WAITING)
		settle(probe, OUTCOME_LOST, &delivery.why);
	else
		r = look_at_queue(probe);
	return r;
}

static int say_no_daemon(const struct conf_paths *paths)
{
	return cli_fail(CLI_STATE, "kneadd does not run", paths->state,
		paths->system ? "start kneadd: sudo systemctl start kneadd"
			      : "start kneadd: systemctl --user start kneadd");
}

/* Returns CLI_DONE when there is an outcome or the time is up; CLI_STATE. */
static int wait_for_outcome(struct probe *probe)
{
	const struct session *session = probe->session;
	int64_t start_ms = monotonic_ms(), waited_ms = 0;
	bool hinted = false;
	while (waited_ms < WAIT_MS) {
		pid_t daemon = 0;
		int r = look(probe);
		if (r < 0)
			return cli_fail_errno(CLI_STATE, "store", session->paths.state, r);
		if (probe->outcome != OUTCOME_NONE)
			return CLI_DONE;
		if (store_find_daemon(session->paths.state, &daemon) == -ESRCH)
			return say_no_daemon(&session->paths);
		(void)poll(NULL, 0, LOOK_MS);
		waited_ms = monotonic_ms() - start_ms;
		if (waited_ms < HINT_MS || hinted)
			continue;
		hinted = true;
		(void)fprintf(stderr,
			"still waiting; if [webhook %s] is new, kneadd has to read it first: %s\n",
			probe->webhook->name,
			session->paths.system ? "sudo systemctl reload kneadd"
					      : "systemctl --user reload kneadd");
	}
	return CLI_DONE;
}

static int print_json(const struct probe *probe, const char *advice)
{
	json_auto_t *object = json_pack("{s:s,s:s,s:s,s:o,s:s?}", "webhook", probe->webhook->name,
		"id", probe->event_id, "state", outcome_names[probe->outcome], "why",
		probe->why ? json_from_bytes(probe->why) : json_null(), "advice", advice);
	return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
}

static int explain(const struct cli_context *context, const struct probe *probe)
{
	const char *name = probe->webhook->name;
	bool sent = probe->outcome == OUTCOME_SENT;
	const char *advice = sent ? NULL : webhook_advice(probe->why, probe->webhook->type);
	if (context->json) {
		int status = print_json(probe, advice);
		return status == CLI_DONE && !sent ? CLI_PART : status;
	}
	if (sent) {
		(void)printf("%s: the test message was taken%s\n", name,
			probe->webhook->type == WEBHOOK_TYPE_NTFY
				? "; a silent phone has not subscribed to it"
				: "");
		return CLI_DONE;
	}
	if (probe->outcome == OUTCOME_NONE)
		return cli_fail(CLI_PART, "webhook", name,
			"no result within %d s; see knead alerts, and kneadd's journal",
			WAIT_MS / 1000);
	return cli_fail(CLI_PART, "webhook", name, "%s; %s",
		probe->why ? probe->why : "the message was dropped", advice);
}

static int test_one(
	struct cli_context *context, struct session *session, const struct conf_webhook *webhook)
{
	CLEANUP(probe_done) struct probe probe = { .session = session, .webhook = webhook };
	int r = queue(&probe);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session->paths.state, r);
	int status = wait_for_outcome(&probe);
	return status == CLI_DONE ? explain(context, &probe) : status;
}

static int test_all(struct cli_context *context, struct session *session, const char *name)
{
	int status = CLI_DONE;
	for (size_t i = 0; i < session->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &session->conf->webhooks[i];
		if (name && strcmp(webhook->name, name) != 0)
			continue;
		int one = test_one(context, session, webhook);
		if (one == CLI_STATE)
			return one;
		status = one != CLI_DONE ? one : status;
	}
	return status;
}

/* Before anything is written: somebody has to be there who sends it. */
static int check_daemon(const struct cli_context *context)
{
	CLEANUP(conf_paths_done) struct conf_paths paths = { 0 };
	pid_t daemon = 0;
	int status = cli_paths(context, &paths);
	if (status != CLI_DONE || store_find_daemon(paths.state, &daemon) != -ESRCH)
		return status;
	return say_no_daemon(&paths);
}

int webhook_test(struct cli_context *context, const char *name)
{
	int status = check_daemon(context);
	if (status != CLI_DONE)
		return status;
	AUTO_SESSION struct session session = { 0 };
	status = session_open(context, STORE_WRITE, &session);
	if (status != CLI_DONE)
		return status;
	if (name && !conf_find_webhook(session.conf, name))
		return cli_fail(CLI_NOTHING, "no such webhook", name,
			"it is not in %s; knead config show lists them", session.paths.config);
	if (!session.conf->webhooks_n)
		return cli_fail(
			CLI_NOTHING, "no phone set up", session.paths.config, "knead webhook add");
	return test_all(context, &session, name);
}
