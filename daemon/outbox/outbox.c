/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox.h"

#include "base/cleanup.h"
#include "outbox/attempt.h"
#include "outbox/curl_glue.h"
#include "outbox/schedule.h"
#include "outbox/standing.h"
#include "util/crash.h"
#include "util/log.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/random.h>

#define STORE_RETRY_MS 60000 /* when the store cannot be written */
#define MESSAGE_WEBHOOK_DOWN "8f0c2f4bd3a94b0d9a6f0f6d7c1e52a7"
#define MESSAGE_SENT "41d3b7a0c5e84f1f8f2f86b1d6a9470c"

/* What one webhook is busy with. RUNNING -> ANSWERED -> gone; ANSWERED stays while the store refuses. */
enum sending_state { SENDING_RUNNING, SENDING_ANSWERED };

struct sending {
	struct sending *next; // outbox::sendings
	enum sending_state state;
	struct transfer *transfer; /* owned; NULL once answered */
	struct answer answer;
	char webhook[CONF_NAME_MAX + 1], config_hash[HASH_HEX_BYTES];
	char digest[STANDING_DIGEST_BYTES];
	char type[40];
	bool is_signed; /* the section names a secret */
	int64_t row_id;
	uint32_t attempts; /* with this one */
};

struct outbox {
	sd_event *event;
	struct store *store;
	const struct conf *conf;
	struct clock_source *clock;
	struct outbox_limits limits;
	struct curl_glue *glue; /* NULL while nothing is sent */
	struct sending *sendings;
	sd_event_source *timer; /* next attempt or expiry; not with a test clock */
	sd_event_source *again; /* runs outbox_wake() once libcurl is off the stack */
	int64_t next_ms;
	uint64_t seed;
	bool curl_is_up;
	bool store_refuses, store_said; /* the last look failed; and that was logged */
};

/* Says it once, not every minute while a disk is full. */
static void store_failed(struct outbox *o, int error)
{
	if (!o->store_said)
		(void)log_error(error, "cannot record what is sent; trying again every minute");
	o->store_said = o->store_refuses = true;
}

static double jitter_of(const struct outbox *o, int64_t row_id, uint32_t attempts)
{
	uint64_t words[3] = { o->seed, (uint64_t)row_id, attempts };
	uint8_t hash[HASH_BYTES] = { 0 };
	(void)hash_sha256(words, sizeof words, hash);
	uint32_t value;
	memcpy(&value, hash, sizeof value);
	return (double)value / (double)UINT32_MAX * 2 - 1;
}

static void sending_free(struct outbox *o, struct sending *s)
{
	if (s->transfer && o->glue && s->state == SENDING_RUNNING)
		curl_glue_remove(o->glue, transfer_handle(s->transfer));
	transfer_free(s->transfer);
	free(s);
}

static struct sending *find_sending(const struct outbox *o, const char *webhook)
{
	for (struct sending *s = o->sendings; s; s = s->next)
		if (strcmp(s->webhook, webhook) == 0)
			return s;
	return NULL;
}

static void unlink_sending(struct outbox *o, const struct sending *s)
{
	for (struct sending **link = &o->sendings; *link; link = &(*link)->next)
		if (*link == s) {
			*link = s->next;
			return;
		}
}

/* Says what became of an attempt. The webhook is named, its address never. */
static void log_outcome(
	const struct sending *s, enum verdict verdict, const char *why, int64_t wait_ms)
{
	const struct log_about about = {
		.message_id = verdict == VERDICT_DELIVERED ? MESSAGE_SENT : MESSAGE_WEBHOOK_DOWN
	};
	switch (verdict) {
	case VERDICT_DELIVERED:
		log_line_about(
			&about, LOG_LEVEL_NOTICE, "sent %s to webhook %s", s->type, s->webhook);
		break;
	case VERDICT_LATER:
		log_line(s->attempts > 1 ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
			"webhook %s: attempt %u of %s: %s; next in %lld s", s->webhook, s->attempts,
			s->type, why, (long long)(wait_ms + 500) / 1000);
		break;
	case VERDICT_FAILED:
		log_line(LOG_LEVEL_ERROR, "webhook %s: %s is lost: %s", s->webhook, s->type, why);
		break;
	case VERDICT_GONE:
		log_line_about(&about, LOG_LEVEL_ERROR,
			"webhook %s is disabled until its settings change: %s", s->webhook, why);
		break;
	case VERDICT_FAULT:
		log_line_about(&about, LOG_LEVEL_ERROR,
			"webhook %s waits until its settings change: %s", s->webhook, why);
		break;
	case VERDICT_COUNT:
		break;
	}
}

static int set_standing(
	struct outbox *o, const struct sending *s, enum webhook_standing standing, const char *why)
{
	return standing_set(o->store, s->webhook, s->config_hash, s->digest, standing, why);
}

/* The standing goes first: dying between the two leaves a row that waits for nobody. */
static int record(struct outbox *o, const struct sending *s, enum verdict verdict, const char *why)
{
	int64_t now_ms = clock_now_ms(o->clock), wait_ms = 0;
	enum delivery_state state = DELIVERY_WAITING;
	int r = 0;
	switch (verdict) {
	case VERDICT_DELIVERED:
		state = DELIVERY_SENT;
		break;
	case VERDICT_LATER:
		wait_ms = schedule_delay_ms(
			s->attempts, jitter_of(o, s->row_id, s->attempts), s->answer.retry_after_s);
		break;
	case VERDICT_FAILED:
		state = DELIVERY_FAILED;
		break;
	case VERDICT_GONE:
		state = DELIVERY_FAILED;
		r = set_standing(o, s, WEBHOOK_DISABLED, why);
		break;
	case VERDICT_FAULT:
		r = set_standing(o, s, WEBHOOK_FAULT, why);
		break;
	case VERDICT_COUNT:
		assert(false);
		break;
	}
	if (r >= 0)
		r = store_delivery_ended(
			o->store, s->row_id, state, now_ms + wait_ms, *why ? why : NULL);
	if (r == -ENOENT) /* the runner had it forgotten meanwhile */
		return 0;
	if (r < 0)
		return r;
	crash_here(CRASH_REQUEST_RECORDED);
	log_outcome(s, verdict, why, wait_ms);
	return 0;
}

static void record_answers(struct outbox *o)
{
	for (struct sending *s = o->sendings, *next; s; s = next) {
		next = s->next;
		if (s->state != SENDING_ANSWERED)
			continue;
		char why[VERDICT_WHY_BYTES];
		enum verdict verdict = classify(&s->answer, why);
		int r = record(o, s, verdict, why);
		if (r < 0) {
			store_failed(o, r);
			continue;
		}
		unlink_sending(o, s);
		sending_free(o, s);
	}
}

static void on_done(CURL *easy, CURLcode result, void *userdata)
{
	struct outbox *o = userdata;
	struct sending *s = transfer_owner(easy);
	s->answer = transfer_answer(s->transfer, result);
	s->answer.was_signed = s->is_signed;
	s->state = SENDING_ANSWERED;
	s->transfer = transfer_free(s->transfer);
	crash_here(CRASH_REQUEST_ANSWERED);
	(void)sd_event_source_set_enabled(o->again, SD_EVENT_ONESHOT);
}

static int on_again(sd_event_source *source, void *userdata)
{
	(void)source;
	outbox_wake(userdata);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	outbox_wake(userdata);
	return 0;
}

static int bring_up_curl(struct outbox *o)
{
	if (o->glue)
		return 0;
	if (!o->curl_is_up && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -ENOMEM;
	o->curl_is_up = true;
	return curl_glue_new(o->event, on_done, o, &o->glue);
}

/* An idle daemon keeps neither handles nor the memory they used. */
static void let_go_of_curl(struct outbox *o)
{
	if (o->sendings || !o->glue)
		return;
	o->glue = curl_glue_free(o->glue);
	(void)malloc_trim(0);
}

static struct sending *sending_new(const struct conf_webhook *webhook, const char *config_hash,
	const struct delivery *delivery)
{
	struct sending *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->row_id = delivery->row_id;
	s->attempts = delivery->attempts + 1;
	(void)snprintf(s->webhook, sizeof s->webhook, "%s", webhook->name);
	(void)snprintf(s->config_hash, sizeof s->config_hash, "%s", config_hash);
	(void)snprintf(s->type, sizeof s->type, "%s", delivery->type);
	s->is_signed = webhook->secret_file != NULL;
	(void)standing_digest(webhook, s->digest);
	return s;
}

/* The attempt is counted before a byte is sent: a request that kills us must not be repeated for ever
 * without anybody seeing it. Returns 0 when something was started or recorded. */
static int start(struct outbox *o, const struct conf_webhook *webhook, const char *config_hash,
	const struct delivery *delivery, int64_t now_ms)
{
	int r = bring_up_curl(o);
	struct sending *s = r < 0 ? NULL : sending_new(webhook, config_hash, delivery);
	if (!s)
		return r < 0 ? r : -ENOMEM;
	char why[ATTEMPT_WHY_BYTES];
	enum verdict verdict = VERDICT_LATER;
	r = attempt_prepare(webhook, delivery, now_ms, &o->limits, s, &s->transfer, &verdict, why);
	if (r < 0) {
		r = record(o, s, verdict, why);
		sending_free(o, s);
		return r;
	}
	r = store_delivery_started(o->store, delivery->row_id, now_ms);
	if (r >= 0)
		r = curl_glue_add(o->glue, transfer_handle(s->transfer));
	if (r < 0) {
		s->transfer = transfer_free(s->transfer);
		sending_free(o, s);
		return r == -ENOENT ? 0 : r;
	}
	s->next = o->sendings;
	o->sendings = s;
	log_line(LOG_LEVEL_DEBUG, "webhook %s: attempt %u of %s begins", s->webhook, s->attempts,
		s->type);
	crash_here(CRASH_REQUEST_STARTED);
	return 0;
}

/* Looks at the oldest waiting delivery of one webhook. Returns 1 when it is out of the way and the one
 * behind it should be looked at, 0, or a negative errno. Moves *next_ms to when it wants to be seen again. */
static int step(struct outbox *o, const struct delivery *delivery, int64_t now_ms, int64_t *next_ms)
{
	const struct conf_webhook *webhook = conf_find_webhook(o->conf, delivery->webhook);
	char config_hash[HASH_HEX_BYTES];
	enum webhook_standing standing = WEBHOOK_OK;
	AUTO_FREE char *why = NULL;
	int r = webhook ? conf_hash(webhook, config_hash) : 0;
	if (r >= 0 && webhook)
		r = store_get_webhook(o->store, webhook->name, config_hash, &standing, &why);
	if (r < 0)
		return r;
	int64_t when_ms = delivery->expires_ms;
	if (webhook && standing == WEBHOOK_DISABLED) {
		r = store_delivery_ended(o->store, delivery->row_id, DELIVERY_FAILED, now_ms, why);
		return r < 0 ? r : 1;
	}
	if (webhook && standing == WEBHOOK_OK) {
		/* written before the clock was set back: its times mean nothing */
		bool from_the_future = delivery->attempts == 0 && delivery->created_ms > now_ms;
		if (from_the_future || schedule_is_due(delivery->next_ms, now_ms)) {
			r = start(o, webhook, config_hash, delivery, now_ms);
			/* with nothing in flight it was recorded at once: look again */
			return r < 0 ? r : !find_sending(o, webhook->name);
		}
		if (delivery->next_ms < when_ms)
			when_ms = delivery->next_ms;
	}
	if (when_ms < *next_ms)
		*next_ms = when_ms;
	return 0;
}

/* One look at the head of every webhook's queue. */
static int look(struct outbox *o, int64_t now_ms, bool *ret_more)
{
	struct delivery *heads = NULL;
	size_t n = 0;
	o->next_ms = OUTBOX_NEVER_MS;
	*ret_more = false;
	int r = store_next_deliveries(o->store, &heads, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (!heads[i].webhook || find_sending(o, heads[i].webhook))
			continue;
		r = step(o, &heads[i], now_ms, &o->next_ms);
		*ret_more |= r > 0;
	}
	deliveries_free(heads, n);
	return r < 0 ? r : 0;
}

/* Relative and on the clock that goes on while the machine sleeps: a closed lid delays nothing longer than
 * it must, and a clock that was set leaves the wait as it was. */
static void set_timer(struct outbox *o, int64_t now_ms)
{
	int64_t wait_ms = o->next_ms == OUTBOX_NEVER_MS ? -1 : o->next_ms - now_ms;
	if (o->store_refuses && (wait_ms < 0 || wait_ms > STORE_RETRY_MS))
		wait_ms = STORE_RETRY_MS;
	bool wanted = o->next_ms != OUTBOX_NEVER_MS || o->store_refuses;
	if (o->clock->file || o->clock->fixed)
		wanted = false;
	if (!wanted) {
		o->timer = sd_event_source_disable_unref(o->timer);
		return;
	}
	uint64_t wait_usec = wait_ms > 0 ? (uint64_t)wait_ms * 1000 : 1000;
	int r;
	if (!o->timer) {
		r = sd_event_add_time_relative(
			o->event, &o->timer, CLOCK_BOOTTIME, wait_usec, 0, on_timer, o);
		(void)sd_event_source_set_description(o->timer, "webhook-next");
	} else {
		r = sd_event_source_set_time_relative(o->timer, wait_usec);
		if (r >= 0)
			r = sd_event_source_set_enabled(o->timer, SD_EVENT_ONESHOT);
	}
	if (r < 0)
		(void)log_error(r, "cannot set the timer for webhooks");
}

void outbox_wake(struct outbox *outbox)
{
	struct outbox *o = outbox;
	int64_t now_ms = clock_now_ms(o->clock);
	bool more = true;
	o->store_refuses = false;
	record_answers(o);
	size_t expired = 0;
	int r = store_expire_deliveries(o->store, now_ms, &expired);
	if (r >= 0 && expired)
		log_line(LOG_LEVEL_WARNING, "%zu messages expired before they could be sent",
			expired);
	while (r >= 0 && more)
		r = look(o, now_ms, &more);
	if (r < 0)
		store_failed(o, r);
	if (!o->store_refuses)
		o->store_said = false;
	let_go_of_curl(o);
	set_timer(o, now_ms);
}

static void forgive_mended(struct outbox *o)
{
	int r = standing_forgive_mended(o->store, o->conf);
	if (r < 0)
		(void)log_error(r, "cannot look at the standing of the webhooks");
}

int outbox_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, struct outbox **ret)
{
	CLEANUP(outbox_freep) struct outbox *o = calloc(1, sizeof *o);
	if (!o)
		return -ENOMEM;
	*o = (struct outbox) { .event = sd_event_ref(event),
		.store = store,
		.conf = conf,
		.clock = clock,
		.limits = OUTBOX_LIMITS_DEFAULT,
		.next_ms = OUTBOX_NEVER_MS };
	if (getrandom(&o->seed, sizeof o->seed, GRND_NONBLOCK) < 0)
		o->seed = 1; /* no harm, only less scatter */
	int r = sd_event_add_defer(event, &o->again, on_again, o);
	if (r < 0)
		return r;
	(void)sd_event_source_set_description(o->again, "webhook-answered");
	r = sd_event_source_set_enabled(o->again, SD_EVENT_OFF);
	if (r < 0)
		return r;
	forgive_mended(o);
	*ret = TAKE_PTR(o);
	return 0;
}

struct outbox *outbox_free(struct outbox *outbox)
{
	if (!outbox)
		return NULL;
	while (outbox->sendings) {
		struct sending *s = outbox->sendings;
		outbox->sendings = s->next;
		sending_free(outbox, s);
	}
	curl_glue_free(outbox->glue);
	if (outbox->curl_is_up)
		curl_global_cleanup();
	sd_event_source_disable_unref(outbox->timer);
	sd_event_source_disable_unref(outbox->again);
	sd_event_unref(outbox->event);
	free(outbox);
	return NULL;
}

void outbox_reload(struct outbox *outbox, const struct conf *conf)
{
	outbox->conf = conf;
	forgive_mended(outbox);
	outbox_wake(outbox);
}

void outbox_set_limits(struct outbox *outbox, const struct outbox_limits *limits)
{
	outbox->limits = *limits;
}

bool outbox_is_busy(const struct outbox *outbox)
{
	return outbox->sendings != NULL;
}

int64_t outbox_next_ms(const struct outbox *outbox)
{
	return outbox->next_ms;
}
