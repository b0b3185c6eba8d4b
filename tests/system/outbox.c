/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox against a receiver that misbehaves. */

#include "system/outbox_world.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR_MS INT64_C(3600000)
#define IN_6_H (WORLD_START_MS + 6 * HOUR_MS)
#define IN_24_H (WORLD_START_MS + 24 * HOUR_MS)

static void set_times(struct world *w, uint32_t request_ms)
{
	struct outbox_limits limits = OUTBOX_LIMITS_DEFAULT;
	limits.request_ms = request_ms;
	outbox_set_limits(w->outbox, &limits);
}

static void a_message_arrives_signed_and_whole(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "ok", true);
	w.hooks[0].token_file = w.token_path;
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 1);
	json_t *log = world_log(&w);
	assert_int_equal(json_array_size(log), 1);
	assert_string_equal(log_text(log, 0, "signature"), "ok");
	assert_string_equal(log_text(log, 0, "timestamp"), "1777788764");
	assert_string_equal(log_text(log, 0, "type"), "massage.suggested");
	assert_string_equal(log_text(log, 0, "title"), "Title 1");
	assert_string_equal(log_text(log, 0, "content_type"), "application/json");
	assert_string_equal(log_text(log, 0, "user_agent"), "knead/" KNEAD_VERSION);
	assert_string_equal(log_text(log, 0, "authorization"), "Bearer " TOKEN_LINE);
	assert_string_equal(log_text(log, 0, "method"), "POST");
	json_decref(log);
	assert_true(outbox_next_ms(w.outbox) == OUTBOX_NEVER_MS);
	world_end(&w);
}

static void a_plainer_type_is_told_where_the_webhook_did_not_choose_the_events_own(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "ok", true);
	struct event_row row = { .id = "msg_x",
		.type = "rest.first",
		.created_ms = w.now_ms,
		.expires_ms = IN_24_H,
		.body = "{\"type\":\"rest.first\",\"data\":{\"type\":\"k\"}}" };
	assert_int_equal(store_put_event(w.store, &row), 0);
	assert_int_equal(store_put_delivery(w.store, "msg_x", "phone", "import.completed",
				 DELIVERY_WAITING, w.now_ms, NULL),
		0);
	world_run(&w);
	json_t *log = world_log(&w);
	assert_string_equal(log_text(log, 0, "type"), "import.completed");
	assert_string_equal(log_text(log, 0, "signature"), "ok");
	json_decref(log);
	world_end(&w);
}

static void ntfy_is_published_to_its_topic(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "500,ok", false);
	w.hooks[0].type = WEBHOOK_TYPE_NTFY;
	w.hooks[0].token_file = w.token_path;
	world_put(&w, 7, "massage.suggested", IN_24_H);
	world_run(&w);
	world_run_next(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 2);
	json_t *log = world_log(&w);
	assert_int_equal(json_array_size(log), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(log_text(log, i, "kind"), "ntfy");
		assert_string_equal(log_text(log, i, "path"), "/");
		assert_string_equal(log_text(log, i, "webhook"), URL_SECRET);
		assert_string_equal(log_text(log, i, "title"), "Title 7");
		assert_string_equal(log_text(log, i, "text"), "Text 7");
		assert_string_equal(log_text(log, i, "id"), "msg_000000000000000000000007");
		assert_string_equal(log_text(log, i, "authorization"), "Bearer " TOKEN_LINE);
	}
	const json_t *body = json_object_get(json_array_get(log, 0), "body");
	assert_int_equal(json_integer_value(json_object_get(body, "priority")), 4);
	json_decref(log);
	world_end(&w);
}

/* One id and a new signature on every attempt; what follows waits its turn. */
static void a_retry_holds_back_what_comes_after_it(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "500,503,ok", true);
	world_put(&w, 1, "import.completed", IN_6_H);
	world_put(&w, 2, "import.completed", IN_6_H);
	world_put(&w, 3, "watch.stuck", IN_24_H);
	world_run(&w);
	world_expect_order(&w, "1");
	world_expect_state(&w, 0, DELIVERY_WAITING, 1);
	world_expect_state(&w, 1, DELIVERY_WAITING, 0);
	world_run(&w); /* nothing is due */
	world_expect_order(&w, "1");
	world_run_next(&w);
	world_expect_order(&w, "1 1");
	world_run_next(&w);
	world_expect_order(&w, "1 1 1 2 3");
	json_t *log = world_log(&w);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(log_text(log, i, "signature"), "ok");
	assert_string_not_equal(log_text(log, 0, "timestamp"), log_text(log, 1, "timestamp"));
	json_decref(log);
	for (size_t i = 0; i < 3; i++)
		world_expect_state(&w, i, DELIVERY_SENT, i == 0 ? 3 : 1);
	world_end(&w);
}

static void one_webhook_does_not_wait_for_another(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "ok", false);
	(void)snprintf(w.hooks[1].name, sizeof w.hooks[1].name, "desk");
	w.hooks[1].events = UINT32_MAX;
	unsigned port = w.port;
	w.port = 1; /* nobody listens there */
	world_set_url(&w, 1, "http://127.0.0.1", "desk");
	w.port = port;
	w.conf.webhooks_n = 2;
	world_put(&w, 1, "import.completed", IN_6_H);
	world_put(&w, 2, "import.completed", IN_6_H);
	world_run(&w);
	world_expect_order(&w, "1 2");
	world_expect_state(&w, 0, DELIVERY_SENT, 1);
	world_expect_state(&w, 1, DELIVERY_WAITING, 1);
	world_expect_state(&w, 2, DELIVERY_SENT, 1);
	world_expect_state(&w, 3, DELIVERY_WAITING, 0);
	world_end(&w);
}

static void the_receiver_says_when_to_come_back(void **state)
{
	(void)state;
	struct world w;
	world_begin(
		&w, "429:retry-after=700,503:retry-after=99999999,429:retry-after=-5,ok", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	assert_int_equal(world_next_ms(&w, 0) - w.now_ms, INT64_C(700) * 1000);
	world_set_clock(&w, w.now_ms + INT64_C(699) * 1000);
	world_run(&w);
	world_expect_order(&w, "1");
	world_run_next(&w);
	assert_int_equal(world_next_ms(&w, 0) - w.now_ms, 6 * HOUR_MS);
	world_run_next(&w);
	assert_in_range(world_next_ms(&w, 0) - w.now_ms, 96 * 1000, 144 * 1000);
	world_run_next(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 4);
	world_end(&w);
}

static void a_redirect_is_a_fault_and_is_not_followed(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "301", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_put(&w, 2, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_standing(&w, WEBHOOK_FAULT);
	world_expect_state(&w, 0, DELIVERY_WAITING, 1);
	world_set_clock(&w, w.now_ms + 5 * HOUR_MS);
	world_run(&w);
	world_reload(&w); /* the same settings */
	world_expect_order(&w, "1");
	json_t *log = world_log(&w);
	assert_string_equal(log_text(log, 0, "path"), "/" URL_SECRET);
	json_decref(log);
	world_set_url(&w, 0, "http://127.0.0.1", "new-" URL_SECRET);
	world_reload(&w);
	world_expect_standing(&w, WEBHOOK_OK);
	world_expect_order(&w, "1 1 2");
	world_end(&w);
}

static void gone_disables_the_webhook_until_its_section_changes(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "410", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_put(&w, 2, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_standing(&w, WEBHOOK_DISABLED);
	world_expect_state(&w, 0, DELIVERY_FAILED, 1);
	world_expect_state(&w, 1, DELIVERY_FAILED, 0);
	world_put(&w, 3, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_state(&w, 2, DELIVERY_FAILED, 0);
	assert_true(outbox_next_ms(w.outbox) == OUTBOX_NEVER_MS);
	world_set_url(&w, 0, "http://127.0.0.1", "again-" URL_SECRET);
	world_reload(&w);
	world_put(&w, 4, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_state(&w, 3, DELIVERY_SENT, 1);
	world_expect_order(&w, "1 4");
	world_end(&w);
}

static void a_refused_token_waits_until_its_file_is_mended(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "401", false);
	w.hooks[0].token_file = w.token_path;
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_standing(&w, WEBHOOK_FAULT);
	world_reload(&w);
	world_expect_order(&w, "1");
	world_write(w.token_path, TOKEN_LINE "2\n");
	world_reload(&w);
	world_expect_standing(&w, WEBHOOK_OK);
	world_expect_state(&w, 0, DELIVERY_SENT, 2);
	world_end(&w);
}

static void a_secret_that_cannot_be_used_is_a_fault_that_names_its_file(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "ok", true);
	world_write(w.secret_path, "not a secret\n");
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_standing(&w, WEBHOOK_FAULT);
	world_expect_state(&w, 0, DELIVERY_WAITING, 0);
	char hash[HASH_HEX_BYTES], *why = NULL;
	enum webhook_standing standing;
	assert_int_equal(conf_hash(&w.hooks[0], hash), 0);
	assert_int_equal(store_get_webhook(w.store, "phone", hash, &standing, &why), 0);
	assert_non_null(strstr(why, w.secret_path));
	free(why);
	assert_int_equal(unlink(w.secret_path), 0);
	world_reload(&w);
	world_expect_standing(&w, WEBHOOK_FAULT);
	world_write(w.secret_path, SECRET_LINE "\n");
	world_reload(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 1);
	world_end(&w);
}

static void a_refused_message_does_not_stop_the_next_one(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "400,404,413,422,ok", false);
	for (unsigned i = 1; i <= 5; i++)
		world_put(&w, i, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_order(&w, "1 2 3 4 5");
	for (size_t i = 0; i < 4; i++)
		world_expect_state(&w, i, DELIVERY_FAILED, 1);
	world_expect_state(&w, 4, DELIVERY_SENT, 1);
	world_expect_standing(&w, WEBHOOK_OK);
	world_end(&w);
}

static void an_answer_that_comes_too_late_is_a_failure(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "slow=40,silent,ok", false);
	set_times(&w, 300);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_state(&w, 0, DELIVERY_WAITING, 1);
	world_run_next(&w);
	world_expect_state(&w, 0, DELIVERY_WAITING, 2);
	world_run_next(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 3);
	world_expect_order(&w, "1 1 1");
	json_t *log = world_log(&w); /* by the id the receiver knows what it has */
	assert_true(json_is_true(json_object_get(json_array_get(log, 2), "duplicate")));
	json_decref(log);
	world_end(&w);
}

static void a_complete_header_counts_whatever_the_body_does(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "bodycut,bodyhang", false);
	set_times(&w, 500);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_put(&w, 2, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 1);
	world_expect_state(&w, 1, DELIVERY_SENT, 1);
	world_expect_order(&w, "1 2");
	world_end(&w);
}

/* With the usual half minute, for which world_run() would not wait. */
static void an_endless_answer_is_cut_off(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "endless", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 1);
	world_end(&w);
}

static void a_broken_connection_is_tried_again(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "headercut,close,reset,ok", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	for (uint32_t attempts = 1; attempts < 4; attempts++) {
		world_expect_state(&w, 0, DELIVERY_WAITING, attempts);
		world_run_next(&w);
	}
	world_expect_state(&w, 0, DELIVERY_SENT, 4);
	world_expect_order(&w, "1 1 1 1");
	world_end(&w);
}

static void a_receiver_that_was_down_for_an_hour_gets_its_message(void **state)
{
	(void)state;
	static const int64_t waits_s[] = { 5, 30, 120, 600, 1800, 3600 };
	struct world w;
	world_begin(&w, NULL, false);
	world_put(&w, 1, "import.completed", IN_6_H);
	world_run(&w);
	uint32_t attempts = 1;
	while (w.now_ms < WORLD_START_MS + HOUR_MS) {
		world_expect_state(&w, 0, DELIVERY_WAITING, attempts);
		assert_in_range(outbox_next_ms(w.outbox) - w.now_ms, waits_s[attempts - 1] * 800,
			waits_s[attempts - 1] * 1200);
		attempts++;
		if (outbox_next_ms(w.outbox) >= WORLD_START_MS + HOUR_MS)
			world_start_receiver(&w, "ok", false);
		world_run_next(&w);
	}
	world_expect_state(&w, 0, DELIVERY_SENT, attempts);
	assert_true(attempts >= 6);
	world_expect_order(&w, "1");
	world_end(&w);
}

static void what_cannot_be_said_in_time_expires(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, NULL, false);
	world_put(&w, 1, "import.completed", IN_6_H);
	world_put(&w, 2, "massage.suggested", IN_24_H);
	world_run(&w);
	while (outbox_next_ms(w.outbox) < IN_6_H)
		world_run_next(&w);
	world_expect_state(&w, 1, DELIVERY_WAITING, 0);
	world_start_receiver(&w, "ok", false);
	world_set_clock(&w, IN_6_H);
	world_run(&w);
	size_t n = 0;
	struct delivery *rows = NULL;
	assert_int_equal(store_list_deliveries(w.store, 0, &rows, &n), 0);
	assert_int_equal(rows[0].state, DELIVERY_EXPIRED);
	assert_in_range(rows[0].attempts, 9, 12);
	deliveries_free(rows, n);
	world_expect_state(&w, 1, DELIVERY_SENT, 1);
	world_expect_order(&w, "2");
	world_end(&w);
}

static void a_clock_that_was_set_back_a_day_does_not_silence_us(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "500,500,ok", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_run(&w);
	world_put(&w, 2, "massage.suggested", IN_24_H);
	world_set_clock(&w, w.now_ms - 24 * HOUR_MS);
	world_run(&w);
	world_expect_order(&w, "1 1");
	world_run_next(&w);
	world_expect_order(&w, "1 1 1 2");
	world_put(&w, 3, "massage.suggested", IN_24_H);
	world_set_clock(&w, w.now_ms - 3 * HOUR_MS);
	world_run(&w);
	world_expect_order(&w, "1 1 1 2 3");
	world_end(&w);
}

static void plain_http_goes_to_this_machine_only(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "ok", false);
	world_put(&w, 1, "massage.suggested", IN_24_H);
	world_set_url(&w, 0, "http://192.0.2.1", URL_SECRET);
	world_reload(&w);
	world_expect_standing(&w, WEBHOOK_FAULT);
	world_expect_state(&w, 0, DELIVERY_WAITING, 0);
	world_set_url(&w, 0, "http://localhost", URL_SECRET);
	world_reload(&w);
	world_expect_state(&w, 0, DELIVERY_SENT, 1);
	world_end(&w);
}

/* The same id is sent again, and the receiver knows it. */
static void a_kill_between_sending_and_recording_repeats_the_same_id(void **state)
{
	(void)state;
	static const char *const points[] = { "request-started", "request-answered",
		"request-recorded" };
	static const char *const orders[] = { "1", "1 1", "1" };
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		struct world w;
		world_begin(&w, "ok", false);
		world_put(&w, 1, "massage.suggested", IN_24_H);
		w.outbox = outbox_free(w.outbox);
		w.store = store_close(w.store);
		w.event = sd_event_unref(w.event);
		pid_t child = fork();
		assert_true(child >= 0);
		char why[STORE_WHY_BYTES];
		if (child == 0) {
			(void)setenv("KNEAD_CRASH_AT", points[i], 1);
			if (sd_event_new(&w.event) < 0 ||
				store_open(w.dir, STORE_WRITE, &w.store, why) < 0 ||
				outbox_new(w.event, w.store, &w.conf, &w.clock, &w.outbox) < 0)
				_exit(1);
			world_run(&w);
			_exit(2);
		}
		int status = 0;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		assert_int_equal(sd_event_new(&w.event), 0);
		assert_int_equal(store_open(w.dir, STORE_WRITE, &w.store, why), 0);
		assert_int_equal(outbox_new(w.event, w.store, &w.conf, &w.clock, &w.outbox), 0);
		world_run(&w);
		world_expect_order(&w, orders[i]);
		world_expect_state(&w, 0, DELIVERY_SENT, i == 2 ? 1 : 2);
		world_end(&w);
	}
}

static int on_late(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	*(bool *)userdata = true;
	return 0;
}

/* With the system's clock the outbox wakes itself. */
static void a_retry_comes_by_itself_with_the_real_clock(void **state)
{
	(void)state;
	struct world w;
	world_begin(&w, "500,ok", false);
	w.clock = (struct clock_source) { 0 };
	w.now_ms = clock_now_ms(&w.clock);
	world_put(&w, 1, "massage.suggested", w.now_ms + 24 * HOUR_MS);
	world_run(&w);
	bool late = false;
	sd_event_source *timer = NULL;
	assert_true(sd_event_add_time_relative(w.event, &timer, CLOCK_MONOTONIC,
			    15 * UINT64_C(1000000), 0, on_late, &late) >= 0);
	while (!late && (outbox_is_busy(w.outbox) || outbox_next_ms(w.outbox) != OUTBOX_NEVER_MS))
		assert_true(sd_event_run(w.event, UINT64_MAX) >= 0);
	assert_false(late);
	sd_event_source_disable_unref(timer);
	world_expect_state(&w, 0, DELIVERY_SENT, 2);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_arrives_signed_and_whole),
		cmocka_unit_test(
			a_plainer_type_is_told_where_the_webhook_did_not_choose_the_events_own),
		cmocka_unit_test(ntfy_is_published_to_its_topic),
		cmocka_unit_test(a_retry_holds_back_what_comes_after_it),
		cmocka_unit_test(one_webhook_does_not_wait_for_another),
		cmocka_unit_test(the_receiver_says_when_to_come_back),
		cmocka_unit_test(a_redirect_is_a_fault_and_is_not_followed),
		cmocka_unit_test(gone_disables_the_webhook_until_its_section_changes),
		cmocka_unit_test(a_refused_token_waits_until_its_file_is_mended),
		cmocka_unit_test(a_secret_that_cannot_be_used_is_a_fault_that_names_its_file),
		cmocka_unit_test(a_refused_message_does_not_stop_the_next_one),
		cmocka_unit_test(an_answer_that_comes_too_late_is_a_failure),
		cmocka_unit_test(a_complete_header_counts_whatever_the_body_does),
		cmocka_unit_test(an_endless_answer_is_cut_off),
		cmocka_unit_test(a_broken_connection_is_tried_again),
		cmocka_unit_test(a_receiver_that_was_down_for_an_hour_gets_its_message),
		cmocka_unit_test(what_cannot_be_said_in_time_expires),
		cmocka_unit_test(a_clock_that_was_set_back_a_day_does_not_silence_us),
		cmocka_unit_test(plain_http_goes_to_this_machine_only),
		cmocka_unit_test(a_kill_between_sending_and_recording_repeats_the_same_id),
		cmocka_unit_test(a_retry_comes_by_itself_with_the_real_clock),
	};
	return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
