/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helper/pool.h"

#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

int helper_pool_idle(const struct helper_pool *pool)
{
	for (size_t i = 0; i < HELPER_POOL_SIZE; i++)
		if (!pool->helpers[i])
			return (int)i;
	return -1;
}

bool helper_pool_is_busy(const struct helper_pool *pool)
{
	for (size_t i = 0; i < HELPER_POOL_SIZE; i++)
		if (pool->helpers[i])
			return true;
	return false;
}

int helper_pool_start(struct helper_pool *pool, size_t place, const struct helper_job *job)
{
	int r = helper_spawn_parse(job, &pool->helpers[place]);
	pool->listening[place] = r == 0;
	return r;
}

void helper_pool_done(struct helper_pool *pool)
{
	for (size_t i = 0; i < HELPER_POOL_SIZE; i++)
		pool->helpers[i] = helper_free(pool->helpers[i]);
}

/* Ends those that are late. Returns the time until the next one is, for poll(). */
static int keep_time(const struct helper_pool *pool)
{
	struct timespec clock;
	(void)clock_gettime(CLOCK_MONOTONIC, &clock);
	uint64_t now = (uint64_t)clock.tv_sec * 1000000u + (uint64_t)clock.tv_nsec / 1000u;
	int timeout_ms = -1;
	for (size_t i = 0; i < HELPER_POOL_SIZE; i++) {
		if (!pool->helpers[i])
			continue;
		uint64_t deadline = helper_deadline_usec(pool->helpers[i]);
		if (deadline <= now) {
			helper_on_deadline(pool->helpers[i]);
			continue;
		}
		int left_ms = (int)((deadline - now) / 1000u + 1);
		timeout_ms = timeout_ms < 0 || left_ms < timeout_ms ? left_ms : timeout_ms;
	}
	return timeout_ms;
}

/* Returns the place of one that has ended; -EAGAIN: none yet. */
static int take_events(
	struct helper_pool *pool, const struct pollfd *channels, const struct pollfd *processes)
{
	for (size_t i = 0; i < HELPER_POOL_SIZE; i++)
		if (pool->helpers[i] && channels[i].revents)
			pool->listening[i] = helper_on_readable(pool->helpers[i]) == 0;
	for (size_t i = 0; i < HELPER_POOL_SIZE; i++)
		if (pool->helpers[i] && processes[i].revents)
			return (int)i;
	return -EAGAIN;
}

int helper_pool_wait(struct helper_pool *pool, size_t *ret_place, struct report *ret_report,
	enum verdict *ret_verdict)
{
	int place = -EAGAIN;
	while (place == -EAGAIN) {
		struct pollfd fds[2 * HELPER_POOL_SIZE];
		for (size_t i = 0; i < HELPER_POOL_SIZE; i++) {
			const struct helper *helper = pool->helpers[i];
			bool listens = helper && pool->listening[i];
			fds[i] = (struct pollfd) { .fd = listens ? helper_channel_fd(helper) : -1,
				.events = POLLIN };
			fds[HELPER_POOL_SIZE + i] =
				(struct pollfd) { .fd = helper ? helper_pid_fd(helper) : -1,
					.events = POLLIN };
		}
		int n = poll(fds, ARRAY_SIZE(fds), keep_time(pool));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			place = take_events(pool, fds, fds + HELPER_POOL_SIZE);
	}
	int r = helper_finish(pool->helpers[place], ret_report, ret_verdict);
	pool->helpers[place] = helper_free(pool->helpers[place]);
	*ret_place = (size_t)place;
	return r;
}
