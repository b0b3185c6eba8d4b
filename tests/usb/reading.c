/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb/reading.h"

#include "ipc/fetch_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES 2048u
#define CHANNEL_FD 3

static bool make_folder(const char *parent, const char *name, char *ret)
{
	(void)snprintf(ret, PATH_BYTES, "%s/%s", parent, name);
	return mkdir(ret, 0700) == 0 || errno == EEXIST;
}

bool reading_world_make(struct reading_world *world, const char *parent, const char *fetch)
{
	char path[PATH_BYTES];
	*world = (struct reading_world) { .fetch = fetch };
	(void)snprintf(world->folder, sizeof world->folder, "%s/reading.XXXXXX", parent);
	return mkdtemp(world->folder) && make_folder(world->folder, "state", path) &&
	       make_folder(world->folder, "storage", path) &&
	       make_folder(world->folder, "storage/GARMIN", path) &&
	       make_folder(world->folder, "storage/GARMIN/Activity", path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void reading_world_remove(const struct reading_world *world)
{
	(void)nftw(world->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* CRC-16/ARC, as the FIT protocol has it. */
static unsigned crc16(const uint8_t *data, size_t n)
{
	unsigned crc = 0;
	for (size_t i = 0; i < n; i++) {
		crc ^= data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xa001 : 0);
	}
	return crc;
}

static void fill(uint8_t *data, size_t size, unsigned seed)
{
	size_t payload = size - 16;
	memcpy(data, (const uint8_t[]) { 14, 0x10, 0x54, 0x08 }, 4);
	for (unsigned i = 0; i < 4; i++)
		data[4 + i] = (uint8_t)(payload >> (8 * i));
	memcpy(data + 8, ".FIT", 4);
	unsigned crc = crc16(data, 12);
	data[12] = (uint8_t)crc;
	data[13] = (uint8_t)(crc >> 8);
	uint32_t state = seed * 2654435761u + 1;
	for (size_t i = 0; i < payload; i++) {
		state = state * 1664525u + 1013904223u;
		data[14 + i] = (uint8_t)(state >> 24);
	}
	crc = crc16(data, size - 2);
	data[size - 2] = (uint8_t)crc;
	data[size - 1] = (uint8_t)(crc >> 8);
}

bool reading_world_add(struct reading_world *world, const char *name, size_t size, unsigned seed)
{
	char path[PATH_BYTES];
	uint8_t *data = malloc(size);
	if (!data || world->n == READING_FILES_MAX)
		return false;
	fill(data, size, seed);
	(void)snprintf(
		world->names[world->n++], sizeof world->names[0], "GARMIN/Activity/%s", name);
	(void)snprintf(path, sizeof path, "%s/storage/GARMIN/Activity/%s", world->folder, name);
	FILE *file = fopen(path, "wbe");
	bool whole = file && fwrite(data, 1, size, file) == size;
	free(data);
	if (file && fclose(file) != 0)
		whole = false;
	const struct timespec times[2] = { { .tv_sec = 1700000000 + seed },
		{ .tv_sec = 1700000000 + seed } };
	return utimensat(AT_FDCWD, path, times, 0) == 0 && whole;
}

static bool same_bytes(const char *a, const char *b)
{
	FILE *files[2] = { fopen(a, "rbe"), fopen(b, "rbe") };
	bool same = files[0] && files[1];
	for (int c = 0; same && c != EOF;) {
		c = fgetc(files[0]);
		same = c == fgetc(files[1]);
	}
	for (unsigned i = 0; i < 2; i++)
		if (files[i])
			(void)fclose(files[i]);
	return same;
}

static size_t find_name(const struct reading_world *world, const char *path)
{
	size_t i = 0;
	while (i < world->n && strcmp(world->names[i], path) != 0)
		i++;
	return i;
}

static void take(
	struct reading_world *world, const struct fetch_packet *packet, struct reading *reading)
{
	char spooled[PATH_BYTES], source[PATH_BYTES], hash[2 * FETCH_HASH_BYTES + 1];
	for (size_t i = 0; i < FETCH_HASH_BYTES; i++)
		(void)snprintf(hash + 2 * i, 3, "%02x", packet->hash[i]);
	(void)snprintf(spooled, sizeof spooled, "%s/state/spool/%s", world->folder, hash);
	(void)snprintf(source, sizeof source, "%s/storage/%s", world->folder, packet->path);
	size_t i = find_name(world, packet->path);
	reading->got++;
	if (i == world->n || !same_bytes(spooled, source))
		reading->wrong++;
	else
		world->taken[i]++;
}

static void on_packet(struct reading_world *world, const struct fetch_packet *packet, int fd,
	struct reading *reading)
{
	size_t i = find_name(world, packet->path);
	char answer = i < world->n && !world->taken[i] ? FETCH_TAKE : FETCH_SKIP;
	switch (packet->type) {
	case FETCH_ASK:
		reading->asked++;
		(void)send(fd, &answer, 1, MSG_NOSIGNAL);
		break;
	case FETCH_GOT:
		take(world, packet, reading);
		break;
	case FETCH_REFUSED:
		reading->refused++;
		break;
	case FETCH_END:
		reading->ended = true;
		reading->status = packet->status;
		(void)snprintf(reading->why, sizeof reading->why, "%s", packet->why);
		break;
	default:
		break;
	}
}

static uint64_t now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static pid_t start(const struct reading_world *world, struct watch *watch, int channel)
{
	char state[PATH_BYTES];
	(void)snprintf(state, sizeof state, "%s/state", world->folder);
	const char *const arguments[] = { world->fetch, "--device", watch_node(watch), "--",
		"watch:test", state, NULL };
	posix_spawn_file_actions_t actions;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, channel, CHANNEL_FD);
	(void)posix_spawn_file_actions_addclosefrom_np(&actions, CHANNEL_FD + 1);
	pid_t pid = -1;
	if (posix_spawn(&pid, world->fetch, &actions, NULL, (char *const *)arguments, environ) != 0)
		pid = -1;
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static void listen_to(struct reading_world *world, int fd, uint64_t end_ms, struct reading *reading)
{
	uint8_t raw[FETCH_PACKET_MAX_BYTES];
	struct fetch_packet packet;
	for (uint64_t now; (now = now_ms()) < end_ms;) {
		struct pollfd readable = { .fd = fd, .events = POLLIN };
		if (poll(&readable, 1, (int)(end_ms - now)) <= 0)
			continue;
		ssize_t n = recv(fd, raw, sizeof raw, MSG_DONTWAIT);
		if (n <= 0)
			return;
		if (fetch_packet_get(raw, (size_t)n, &packet) < 0)
			reading->wrong++;
		else
			on_packet(world, &packet, fd, reading);
	}
	reading->alive = true;
}

bool reading_run(
	struct reading_world *world, struct watch *watch, unsigned timeout_ms, struct reading *ret)
{
	int pair[2], status = 0;
	*ret = (struct reading) { 0 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, 16); /* no dup2() onto itself */
	(void)close(pair[1]);
	pid_t pid = start(world, watch, theirs);
	(void)close(theirs);
	if (pid > 0) {
		listen_to(world, pair[0], now_ms() + timeout_ms, ret);
		if (ret->alive)
			(void)kill(pid, SIGKILL);
		(void)waitpid(pid, &status, 0);
		ret->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	(void)close(pair[0]);
	return pid > 0;
}

bool reading_world_is_whole(const struct reading_world *world)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->taken[i] != 1)
			return false;
	return true;
}
