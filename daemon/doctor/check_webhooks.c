/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way to the phone. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "conf/url.h"
#include "doctor/command.h"
#include "doctor/reach.h"
#include "helper/find.h"
#include "store/store_outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LATEST 500u        /* deliveries that are looked at */
#define REACHING_S 30      /* for all webhooks together */
#define LOOK_NOT_TRUSTED 4 /* exit status of kneadd --look-at */

static char *try_it(const struct conf_webhook *webhook, char ret[DOCTOR_COMMAND_BYTES])
{
	(void)snprintf(ret, DOCTOR_COMMAND_BYTES, "knead webhook test %s", webhook->name);
	return ret;
}

void check_phone_is_set_up(const struct doctor *doctor, struct findings *findings)
{
	if (doctor->conf && !doctor->conf->webhooks_n)
		findings_add(findings, FINDING_FAULT, "phone",
			doctor->paths.system ? "sudo knead webhook add" : "knead webhook add",
			"no phone is set up, so that nobody hears of anything");
}

/* Where Debian's libcurl looks for them. */
void check_certificates_are_there(const struct doctor *doctor, struct findings *findings)
{
	char path[PATH_MAX];
	bool wanted = false;
	for (size_t i = 0; doctor->conf && i < doctor->conf->webhooks_n; i++)
		wanted |= strncmp(doctor->conf->webhooks[i].url, "https:", 6) == 0;
	if (wanted && access(machine_path("/etc/ssl/certs/ca-certificates.crt", path), R_OK) < 0)
		findings_add(findings, FINDING_FAULT, "certificates",
			"sudo apt install --reinstall ca-certificates",
			"this machine has no list of trusted certificates, so that https:// "
			"cannot work");
}

/* ret_why: NULL or the caller's to free. */
static enum webhook_standing standing_of(
	const struct doctor *doctor, const struct conf_webhook *webhook, char **ret_why)
{
	char hash[HASH_HEX_BYTES];
	enum webhook_standing standing = WEBHOOK_OK;
	if (conf_hash(webhook, hash) < 0 ||
		store_get_webhook(doctor->store, webhook->name, hash, &standing, ret_why) < 0)
		return WEBHOOK_OK;
	return standing;
}

void check_webhooks_stand(const struct doctor *doctor, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	for (size_t i = 0; doctor->conf && doctor->store && i < doctor->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &doctor->conf->webhooks[i];
		AUTO_FREE char *why = NULL;
		enum webhook_standing standing = standing_of(doctor, webhook, &why);
		if (standing == WEBHOOK_OK)
			continue;
		findings_add(findings, FINDING_FAULT, "webhook", try_it(webhook, command),
			"webhook %s %s: %s", webhook->name,
			standing == WEBHOOK_DISABLED ? "is disabled" : "waits for other settings",
			why ? why : "its receiver refused");
	}
}

/* What became of a webhook's deliveries since one arrived last. */
struct queue {
	size_t expired, failed, waiting;
	const char *why; /* of the latest that went wrong; borrowed */
};

static void count(const struct delivery *delivery, struct queue *queue)
{
	bool tried = delivery->attempts > 0;
	if (delivery->state == DELIVERY_SENT)
		*queue = (struct queue) { 0 };
	queue->expired += delivery->state == DELIVERY_EXPIRED;
	queue->failed += delivery->state == DELIVERY_FAILED;
	queue->waiting += delivery->state == DELIVERY_WAITING && tried;
	if (delivery->state != DELIVERY_SENT && delivery->why)
		queue->why = delivery->why;
}

static void tell_queue(
	const struct conf_webhook *webhook, const struct queue *queue, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	const char *why = queue->why ? queue->why : "its receiver could not be reached";
	(void)try_it(webhook, command);
	if (queue->waiting)
		findings_add(findings, FINDING_FAULT, "queue", command,
			"webhook %s: messages wait: %s", webhook->name, why);
	if (queue->expired)
		findings_add(findings, FINDING_FAULT, "queue", command,
			"webhook %s: %zu message%s grew too old before it could be sent: %s",
			webhook->name, queue->expired, queue->expired == 1 ? "" : "s", why);
	if (queue->failed)
		findings_add(findings, FINDING_FAULT, "queue", command,
			"webhook %s: %zu message%s did not get through: %s", webhook->name,
			queue->failed, queue->failed == 1 ? "" : "s", why);
}

void check_queue_moves(const struct doctor *doctor, struct findings *findings)
{
	struct delivery *list = NULL;
	size_t n = 0;
	if (!doctor->conf || !doctor->store ||
		store_list_deliveries(doctor->store, LATEST, &list, &n) < 0)
		return;
	for (size_t i = 0; i < doctor->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &doctor->conf->webhooks[i];
		struct queue queue = { 0 };
		AUTO_FREE char *why = NULL;
		for (size_t d = 0; d < n; d++)
			if (list[d].webhook && strcmp(list[d].webhook, webhook->name) == 0)
				count(&list[d], &queue);
		if (standing_of(doctor, webhook, &why) != WEBHOOK_OK)
			queue.waiting = 0; /* for the settings, as check_webhooks_stand() says */
		tell_queue(webhook, &queue, findings);
	}
	deliveries_free(list, n);
}

/* For somebody whose other programs get out of the house another way. */
static const char *behind_proxy(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
		"ALL_PROXY" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return " (Knead goes through no proxy: the receiver must be reached "
			       "directly)";
	}
	return "";
}

static void tell_reach(const struct conf_webhook *webhook, const char *host, uint16_t port,
	enum reach reach, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES + 64];
	switch (reach) {
	case REACH_YES:
		return;
	case REACH_NO_NAME:
		(void)snprintf(command, sizeof command,
			"check the network and the name: getent hosts %.200s%s", host,
			behind_proxy());
		findings_add(findings, FINDING_FAULT, "webhook-reach", command,
			"webhook %s: the name %s is not found", webhook->name, host);
		return;
	case REACH_REFUSED:
	case REACH_SILENT:
		(void)snprintf(command, sizeof command,
			"check url, the server and firewalls: knead webhook test %s%s",
			webhook->name, behind_proxy());
		findings_add(findings, FINDING_FAULT, "webhook-reach", command,
			"webhook %s: %s %s at port %u", webhook->name, host,
			reach == REACH_REFUSED ? "refuses connections" : "does not answer", port);
		return;
	}
}

/* With the daemon's own way to a receiver: this program has none. */
static void check_trust(const struct conf_webhook *webhook, const char *host, uint16_t port,
	struct findings *findings)
{
	AUTO_FREE char *daemon = NULL;
	char address[320], why[256], command[DOCTOR_COMMAND_BYTES + 128];
	bool six = strchr(host, ':') != NULL;
	(void)snprintf(address, sizeof address, "https://%s%s%s:%u/", six ? "[" : "", host,
		six ? "]" : "", port);
	if (helper_find_daemon(&daemon) < 0)
		return;
	const char *const arguments[] = { daemon, "--look-at", address, NULL };
	if (command_ask(arguments, why, sizeof why) != LOOK_NOT_TRUSTED)
		return;
	why[strcspn(why, "\n")] = '\0';
	(void)snprintf(command, sizeof command,
		strstr(why, "trust") ? "sudo cp ITS-CA.crt /usr/local/share/ca-certificates/ && "
				       "sudo update-ca-certificates && knead webhook test %s"
				     : "have the receiver's certificate or url put right, then: "
				       "knead webhook test %s",
		webhook->name);
	findings_add(findings, FINDING_FAULT, "webhook-trust", command, "webhook %s: %s: %s",
		webhook->name, host, why);
}

static void look_at_webhook(const struct conf_webhook *webhook, struct findings *findings)
{
	struct url url;
	char host[256];
	if (url_parse(webhook->url, &url, NULL) < 0 || url.host_size >= sizeof host)
		return;
	(void)snprintf(host, sizeof host, "%.*s", (int)url.host_size, url.host);
	uint16_t port = url.port ? url.port : url.https ? 443 : 80;
	enum reach reach = reach_host(host, port);
	if (reach != REACH_YES)
		tell_reach(webhook, host, port, reach, findings);
	else if (url.https)
		check_trust(webhook, host, port, findings);
}

void check_webhook_is_reached(const struct doctor *doctor, struct findings *findings)
{
	struct timespec start, now;
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	for (size_t i = 0; doctor->conf && i < doctor->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &doctor->conf->webhooks[i];
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec < REACHING_S)
			look_at_webhook(webhook, findings);
		else
			findings_add(findings, FINDING_FAULT, "webhook-reach",
				"mend the others first, then: knead doctor",
				"webhook %s: not looked at, since others did not answer for long",
				webhook->name);
	}
}
