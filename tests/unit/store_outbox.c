/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/store_fixture.h"

#include "store/store_outbox.h"

#include <ctype.h>
#include <errno.h>

/* Stores an event with this body; its id in a static buffer. */
static const char *put_event(struct fixture *fixture, int64_t created_ms, const char *body)
{
	static struct event_row row;
	row = (struct event_row) { .type = "massage.suggested",
		.created_ms = created_ms,
		.expires_ms = created_ms + 1000,
		.body = body };
	store_new_event_id(row.id);
	assert_int_equal(store_put_event(fixture->store, &row), 0);
	return row.id;
}

static void put_delivery(struct fixture *fixture, const char *event, const char *webhook)
{
	assert_int_equal(store_put_delivery(fixture->store, event, webhook, "massage.suggested",
				 DELIVERY_WAITING, 7, NULL),
		0);
}

static void ids_are_letters_and_digits_and_never_the_same(void **state)
{
	(void)state;
	char seen[200][40];
	for (size_t i = 0; i < 200; i++) {
		store_new_event_id(seen[i]);
		assert_int_equal(strlen(seen[i]), 28);
		assert_int_equal(strncmp(seen[i], "msg_", 4), 0);
		for (const char *at = seen[i] + 4; *at; at++)
			assert_true(isalnum((unsigned char)*at));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(seen[i], seen[j]);
	}
}

static void the_oldest_waiting_delivery_of_each_webhook_comes_next(void **state)
{
	struct fixture *fixture = *state;
	struct delivery *next = NULL;
	size_t n = 9;
	assert_int_equal(store_next_deliveries(fixture->store, &next, &n), 0);
	assert_int_equal(n, 0);
	deliveries_free(next, n);
	char first[40];
	(void)snprintf(first, sizeof first, "%s", put_event(fixture, 100, "{\"n\":1}"));
	put_delivery(fixture, first, "phone");
	put_delivery(fixture, first, "log");
	const char *second = put_event(fixture, 50, "{\"n\":2}"); /* the clock was set back */
	put_delivery(fixture, second, "phone");
	put_delivery(fixture, second, "other");
	assert_int_equal(store_next_deliveries(fixture->store, &next, &n), 0);
	assert_int_equal(n, 3);
	static const char *const hooks[] = { "phone", "log", "other" };
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(next[i].webhook, hooks[i]);
	assert_string_equal(next[0].event_id, first);
	assert_string_equal(next[0].type, "massage.suggested");
	assert_string_equal(next[0].body, "{\"n\":1}");
	assert_string_equal(next[2].body, "{\"n\":2}");
	assert_null(next[0].why);
	assert_true(next[0].created_ms == 100 && next[0].expires_ms == 1100 &&
		    next[0].next_ms == 7 && next[0].attempts == 0 &&
		    next[0].state == DELIVERY_WAITING);
	/* a retry holds the later one back, an end lets it through */
	int64_t row = next[0].row_id;
	deliveries_free(next, n);
	assert_int_equal(store_delivery_started(fixture->store, row, 200), 0);
	assert_int_equal(
		store_delivery_ended(fixture->store, row, DELIVERY_WAITING, 5200, "503"), 0);
	assert_int_equal(store_next_deliveries(fixture->store, &next, &n), 0);
	assert_true(next[0].row_id == row && next[0].next_ms == 5200 && next[0].attempts == 1);
	assert_string_equal(next[0].why, "503");
	deliveries_free(next, n);
	assert_int_equal(store_delivery_started(fixture->store, row, 5200), 0);
	assert_int_equal(store_delivery_ended(fixture->store, row, DELIVERY_SENT, 0, NULL), 0);
	assert_int_equal(store_next_deliveries(fixture->store, &next, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(next[1].webhook, "phone"); /* by creation: behind the one of `log` */
	assert_string_equal(next[1].body, "{\"n\":2}");
	deliveries_free(next, n);
	assert_int_equal(store_delivery_started(fixture->store, 999, 0), -ENOENT);
	assert_int_equal(
		store_delivery_ended(fixture->store, 999, DELIVERY_SENT, 0, NULL), -ENOENT);
}

static void a_webhook_gets_an_event_once(void **state)
{
	struct fixture *fixture = *state;
	const char *event = put_event(fixture, 0, "{}");
	put_delivery(fixture, event, "phone");
	put_delivery(fixture, event, NULL);
	assert_int_equal(
		store_put_delivery(fixture->store, event, "phone", "t", DELIVERY_WAITING, 0, NULL),
		-EEXIST);
	assert_int_equal(
		store_put_delivery(fixture->store, event, NULL, "t", DELIVERY_HELD, 0, NULL),
		-EEXIST);
	assert_int_equal(store_put_delivery(fixture->store, "msg_none", "phone", "t",
				 DELIVERY_WAITING, 0, NULL),
		-ENOENT);
	struct event_row again = { .type = "t" };
	(void)snprintf(again.id, sizeof again.id, "%s", event);
	assert_int_equal(store_put_event(fixture->store, &again), -EEXIST);
}

static void what_is_past_its_time_expires_and_nothing_else(void **state)
{
	struct fixture *fixture = *state;
	put_delivery(fixture, put_event(fixture, 0, "{}"), "a"); /* until 1000 */
	put_delivery(fixture, put_event(fixture, 1, "{}"), "a"); /* until 1001 */
	const char *sent = put_event(fixture, 0, "{}");
	assert_int_equal(
		store_put_delivery(fixture->store, sent, "a", "t", DELIVERY_SENT, 0, NULL), 0);
	size_t n = 9, waiting = 9, failed = 9;
	assert_int_equal(store_expire_deliveries(fixture->store, 999, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(store_expire_deliveries(fixture->store, 1000, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(store_count_deliveries(fixture->store, &waiting, &failed), 0);
	assert_int_equal(waiting, 1);
	assert_int_equal(failed, 0);
	struct delivery *all = NULL;
	assert_int_equal(store_list_deliveries(fixture->store, 0, &all, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(all[0].state, DELIVERY_EXPIRED);
	assert_int_equal(all[1].state, DELIVERY_WAITING);
	assert_int_equal(all[2].state, DELIVERY_SENT);
	deliveries_free(all, n);
}

static void the_list_is_oldest_first_and_can_be_cut_to_the_newest(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < 5; i++) {
		char hook[16];
		(void)snprintf(hook, sizeof hook, "h%d", i);
		put_delivery(fixture, put_event(fixture, i, "{}"), hook);
	}
	struct event_row held = { .type = "massage.suggested", .why = "over the budget" };
	store_new_event_id(held.id);
	assert_int_equal(store_put_event(fixture->store, &held), 0);
	assert_int_equal(store_put_delivery(fixture->store, held.id, NULL, held.type,
				 DELIVERY_SUPPRESSED, 0, NULL),
		0);
	struct delivery *list = NULL;
	size_t n = 0;
	assert_int_equal(store_list_deliveries(fixture->store, 0, &list, &n), 0);
	assert_int_equal(n, 6);
	assert_string_equal(list[0].webhook, "h0");
	assert_null(list[0].body);
	assert_null(list[5].webhook);
	assert_string_equal(list[5].why, "over the budget");
	assert_int_equal(list[5].state, DELIVERY_SUPPRESSED);
	deliveries_free(list, n);
	assert_int_equal(store_list_deliveries(fixture->store, 2, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].webhook, "h4");
	deliveries_free(list, n);
}

static void every_state_is_kept_and_failures_are_counted(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < DELIVERY_STATE_COUNT; i++) {
		const char *event = put_event(fixture, i, NULL);
		assert_int_equal(store_put_delivery(fixture->store, event, "a", "t",
					 (enum delivery_state)i, 0, "why"),
			0);
		assert_non_null(delivery_state_names[i]);
	}
	struct delivery *list = NULL;
	size_t n = 0, waiting = 0, failed = 0;
	assert_int_equal(store_list_deliveries(fixture->store, 0, &list, &n), 0);
	assert_int_equal(n, DELIVERY_STATE_COUNT);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list[i].state, i);
	deliveries_free(list, n);
	assert_int_equal(store_count_deliveries(fixture->store, &waiting, &failed), 0);
	assert_int_equal(waiting, 1);
	assert_int_equal(failed, 1);
}

static void an_event_and_its_deliveries_vanish_with_a_rollback(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(store_begin(fixture->store), 0);
	put_delivery(fixture, put_event(fixture, 0, "{}"), "a");
	store_rollback(fixture->store);
	size_t waiting = 9, failed = 9;
	assert_int_equal(store_count_deliveries(fixture->store, &waiting, &failed), 0);
	assert_int_equal(waiting, 0);
}

static void standing(struct fixture *fixture, const char *hash, enum webhook_standing expected,
	const char *expected_why)
{
	enum webhook_standing is = WEBHOOK_FAULT;
	char *why = NULL;
	assert_int_equal(store_get_webhook(fixture->store, "phone", hash, &is, &why), 0);
	assert_int_equal(is, expected);
	if (expected_why)
		assert_string_equal(why, expected_why);
	else
		assert_null(why);
	free(why);
}

static void a_webhook_stands_as_it_was_left_until_its_section_changes(void **state)
{
	struct fixture *fixture = *state;
	standing(fixture, "h1", WEBHOOK_OK, NULL);
	assert_int_equal(
		store_set_webhook(fixture->store, "phone", "h1", WEBHOOK_DISABLED, "410"), 0);
	standing(fixture, "h1", WEBHOOK_DISABLED, "410");
	standing(fixture, "h2", WEBHOOK_OK, NULL);
	assert_int_equal(store_set_webhook(fixture->store, "phone", "h2", WEBHOOK_FAULT, "301"), 0);
	standing(fixture, "h2", WEBHOOK_FAULT, "301");
	standing(fixture, "h1", WEBHOOK_OK, NULL);
	assert_int_equal(store_set_webhook(fixture->store, "phone", "h2", WEBHOOK_OK, NULL), 0);
	standing(fixture, "h2", WEBHOOK_OK, NULL);
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_letters_and_digits_and_never_the_same),
		MADE(the_oldest_waiting_delivery_of_each_webhook_comes_next),
		MADE(a_webhook_gets_an_event_once),
		MADE(what_is_past_its_time_expires_and_nothing_else),
		MADE(the_list_is_oldest_first_and_can_be_cut_to_the_newest),
		MADE(every_state_is_kept_and_failures_are_counted),
		MADE(an_event_and_its_deliveries_vanish_with_a_rollback),
		MADE(a_webhook_stands_as_it_was_left_until_its_section_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
