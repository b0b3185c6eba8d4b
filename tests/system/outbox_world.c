/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "system/outbox_world.h"

#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_USEC (UINT64_C(20) * 1000 * 1000)

void world_write(const char *path, const char *text)
{
	char part[128];
	(void)snprintf(part, sizeof part, "%s.new", path);
	FILE *file = fopen(part, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(part, path), 0);
}

void world_set_clock(struct world *w, int64_t now_ms)
{
	char text[CLOCK_TEXT_BYTES], line[64];
	(void)snprintf(line, sizeof line, "%.19s.%03dZ\n", clock_format(now_ms, text),
		(int)(now_ms % 1000));
	world_write(w->clock_path, line);
	w->now_ms = now_ms;
}

static unsigned read_port(const char *path)
{
	char line[16] = "";
	for (int i = 0; i < 2000 && !*line; i++) {
		FILE *file = fopen(path, "re");
		if (file && !fgets(line, sizeof line, file))
			line[0] = '\0';
		if (file)
			(void)fclose(file);
		else
			(void)usleep(5000);
	}
	unsigned port = (unsigned)strtoul(line, NULL, 10);
	assert_true(port != 0);
	return port;
}

void world_start_receiver(struct world *w, const char *script, bool with_secret)
{
	char port_path[96], port[16];
	(void)snprintf(port_path, sizeof port_path, "%s/port", w->dir);
	(void)snprintf(port, sizeof port, "%u", w->port);
	(void)unlink(port_path);
	const char *argv[] = { "knead-receiver", "--quiet", "--idle-exit", "20", "--port", port,
		"--port-file", port_path, "--log", w->log_path, "--script", script, "--clock",
		w->clock_path, with_secret ? "--secret-file" : NULL, w->secret_path, NULL };
	assert_int_equal(
		posix_spawn(&w->receiver, KNEAD_RECEIVER, NULL, NULL, (char **)argv, environ), 0);
	w->port = read_port(port_path);
}

void world_stop_receiver(struct world *w)
{
	if (!w->receiver)
		return;
	int status = 0;
	assert_int_equal(kill(w->receiver, SIGTERM), 0);
	assert_int_equal(waitpid(w->receiver, &status, 0), w->receiver);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	w->receiver = 0;
}

void world_set_url(struct world *w, size_t hook, const char *scheme_and_host, const char *path)
{
	(void)snprintf(
		w->urls[hook], sizeof w->urls[hook], "%s:%u/%s", scheme_and_host, w->port, path);
	w->hooks[hook].url = w->urls[hook];
}

/* What is logged between the two goes into a file, to be looked through at the end. */
static int catch_stderr(const struct world *w)
{
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	int errors = open(w->errors_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(saved >= 0 && errors >= 0 && dup2(errors, STDERR_FILENO) >= 0);
	(void)close(errors);
	return saved;
}

static void release_stderr(int saved)
{
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
}

void world_begin(struct world *w, const char *script, bool with_secret)
{
	*w = (struct world) { 0 };
	(void)snprintf(w->dir, sizeof w->dir, "/tmp/knead-outbox-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->clock_path, sizeof w->clock_path, "%s/clock", w->dir);
	(void)snprintf(w->log_path, sizeof w->log_path, "%s/log", w->dir);
	(void)snprintf(w->secret_path, sizeof w->secret_path, "%s/secret", w->dir);
	(void)snprintf(w->token_path, sizeof w->token_path, "%s/token", w->dir);
	(void)snprintf(w->errors_path, sizeof w->errors_path, "%s/stderr", w->dir);
	world_set_clock(w, WORLD_START_MS);
	world_write(w->errors_path, "");
	world_write(w->secret_path, SECRET_LINE "\n");
	world_write(w->token_path, TOKEN_LINE "\n");
	w->clock = (struct clock_source) { .file = w->clock_path };
	if (script) {
		world_start_receiver(w, script, with_secret);
	} else { /* a free port, to be refused at */
		world_start_receiver(w, "ok", false);
		world_stop_receiver(w);
	}
	(void)snprintf(w->hooks[0].name, sizeof w->hooks[0].name, "phone");
	w->hooks[0].events = UINT32_MAX;
	world_set_url(w, 0, "http://127.0.0.1", URL_SECRET);
	if (with_secret)
		w->hooks[0].secret_file = w->secret_path;
	w->conf.webhooks = w->hooks;
	w->conf.webhooks_n = 1;
	char why[STORE_WHY_BYTES];
	assert_int_equal(sd_event_new(&w->event), 0);
	assert_int_equal(store_open(w->dir, STORE_CREATE, &w->store, why), 0);
	assert_int_equal(outbox_new(w->event, w->store, &w->conf, &w->clock, &w->outbox), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void expect_no_secret(const char *path)
{
	static const char *const secrets[] = { URL_SECRET, TOKEN_LINE, &SECRET_LINE[6] };
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	char line[4096];
	while (fgets(line, sizeof line, file))
		for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
			if (strstr(line, secrets[i]))
				fail_msg("logged: %s", line);
	(void)fclose(file);
}

void world_end(struct world *w)
{
	w->outbox = outbox_free(w->outbox);
	w->store = store_close(w->store);
	w->event = sd_event_unref(w->event);
	world_stop_receiver(w);
	expect_no_secret(w->errors_path);
	(void)nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void world_put(struct world *w, unsigned number, const char *type, int64_t expires_ms)
{
	char body[512];
	struct event_row row = {
		.type = type, .created_ms = w->now_ms, .expires_ms = expires_ms, .body = body
	};
	(void)snprintf(row.id, sizeof row.id, "msg_%024u", number);
	(void)snprintf(body, sizeof body,
		"{\"type\":\"%s\",\"timestamp\":\"2026-05-03T06:12:44Z\",\"data\":{\"severity\":2,"
		"\"score\":78.40,\"text\":{\"title\":\"Title %u\",\"body\":\"Text %u\"}}}",
		type, number, number);
	assert_int_equal(store_begin(w->store), 0);
	assert_int_equal(store_put_event(w->store, &row), 0);
	for (size_t i = 0; i < w->conf.webhooks_n; i++)
		assert_int_equal(store_put_delivery(w->store, row.id, w->hooks[i].name, type,
					 DELIVERY_WAITING, w->now_ms, NULL),
			0);
	assert_int_equal(store_commit(w->store), 0);
}

static uint64_t monotonic_usec(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void world_run(struct world *w)
{
	uint64_t until = monotonic_usec() + PATIENCE_USEC;
	int saved = catch_stderr(w), r = 0;
	outbox_wake(w->outbox);
	while (r >= 0 && outbox_is_busy(w->outbox) && monotonic_usec() < until)
		r = sd_event_run(w->event, UINT64_C(1000000));
	release_stderr(saved);
	assert_true(r >= 0);
	assert_false(outbox_is_busy(w->outbox));
}

void world_reload(struct world *w)
{
	int saved = catch_stderr(w);
	outbox_reload(w->outbox, &w->conf);
	release_stderr(saved);
	world_run(w);
}

void world_run_next(struct world *w)
{
	int64_t next_ms = outbox_next_ms(w->outbox);
	assert_true(next_ms != OUTBOX_NEVER_MS);
	world_set_clock(w, next_ms);
	world_run(w);
}

static struct delivery *list(struct world *w, size_t n, size_t *ret_n)
{
	struct delivery *rows = NULL;
	assert_int_equal(store_list_deliveries(w->store, 0, &rows, ret_n), 0);
	assert_true(n < *ret_n);
	return rows;
}

void world_expect_state(struct world *w, size_t n, enum delivery_state state, uint32_t attempts)
{
	size_t count = 0;
	struct delivery *rows = list(w, n, &count);
	if (rows[n].state != state || rows[n].attempts != attempts)
		fail_msg("delivery %zu is %s after %u attempts (%s), expected %s after %u", n,
			delivery_state_names[rows[n].state], rows[n].attempts,
			rows[n].why ? rows[n].why : "", delivery_state_names[state], attempts);
	if (attempts > 0) /* what went wrong is said, and nothing where nothing did */
		assert_int_equal(!rows[n].why, state == DELIVERY_SENT);
	deliveries_free(rows, count);
}

int64_t world_next_ms(struct world *w, size_t n)
{
	size_t count = 0;
	struct delivery *rows = list(w, n, &count);
	int64_t next_ms = rows[n].next_ms;
	deliveries_free(rows, count);
	return next_ms;
}

void world_expect_standing(struct world *w, enum webhook_standing standing)
{
	char hash[HASH_HEX_BYTES], *why = NULL;
	enum webhook_standing got = WEBHOOK_OK;
	assert_int_equal(conf_hash(&w->hooks[0], hash), 0);
	assert_int_equal(store_get_webhook(w->store, "phone", hash, &got, &why), 0);
	if (got != standing)
		fail_msg("standing is %d (%s), expected %d", (int)got, why ? why : "",
			(int)standing);
	assert_int_equal(why != NULL, standing != WEBHOOK_OK);
	free(why);
}

json_t *world_log(const struct world *w)
{
	json_t *rows = json_array();
	FILE *file = fopen(w->log_path, "re");
	json_t *row;
	while (file && (row = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)))
		(void)json_array_append_new(rows, row);
	if (file)
		(void)fclose(file);
	return rows;
}

const char *log_text(const json_t *log, size_t row, const char *name)
{
	const char *text = json_string_value(json_object_get(json_array_get(log, row), name));
	return text ? text : "(none)";
}

void world_expect_order(const struct world *w, const char *expected)
{
	json_t *log = world_log(w);
	char got[256] = "";
	for (size_t i = 0; i < json_array_size(log); i++) {
		size_t length = strlen(got);
		(void)snprintf(got + length, sizeof got - length, "%s%lu", i ? " " : "",
			strtoul(log_text(log, i, "id") + 4, NULL, 10));
	}
	json_decref(log);
	assert_string_equal(got, expected);
}
