/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole plug-in with a watch that does what the input says, transfer by transfer. Each move is a byte: what comes,
 * and then what that takes. When the input ends the watch is pulled out. */
#include "fuzz/fuzz_target.h"

#include "conf/devices.h"
#include "fetch/mtp_watch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_BYTES 12u
#define PACKET_BYTES 512u

enum move {
	MOVE_DATA,     /* a data container for what was asked: size, bytes */
	MOVE_SPLIT,    /* the same, its header in a transfer of its own */
	MOVE_OK,       /* the response "OK" */
	MOVE_RESPONSE, /* another one: the low byte of its code */
	MOVE_RAW,      /* a transfer as it stands: size, bytes */
	MOVE_ERROR,    /* which */
	MOVES
};

struct watch {
	const uint8_t *data;
	size_t size;
	uint8_t asked[HEADER_BYTES]; /* the latest command */
	const uint8_t *rest;         /* of a split container */
	size_t rest_n;
	uint64_t now_ms;
};

static uint8_t take(struct watch *watch)
{
	if (!watch->size)
		return 0;
	watch->size--;
	return *watch->data++;
}

/* Pieces of sixteen bytes, up to four kilobytes. */
static const uint8_t *take_bytes(struct watch *watch, size_t *ret_n)
{
	const uint8_t *at = watch->data;
	size_t n = (size_t)take(watch) * 16;
	n += take(watch) % 16u;
	at = watch->data;
	*ret_n = n < watch->size ? n : watch->size;
	watch->data += *ret_n;
	watch->size -= *ret_n;
	return at;
}

static void header(
	const struct watch *watch, uint8_t *out, size_t length, unsigned type, unsigned code)
{
	memcpy(out, watch->asked, HEADER_BYTES); /* its code and its transaction */
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(length >> (8 * i));
	out[4] = (uint8_t)type;
	if (type == 3) {
		out[6] = (uint8_t)code;
		out[7] = 0x20;
	}
}

static size_t put(uint8_t *to, size_t room, size_t at, const uint8_t *from, size_t n)
{
	if (at >= room)
		return at;
	n = n < room - at ? n : room - at;
	if (n)
		memcpy(to + at, from, n);
	return at + n;
}

static int fail(struct watch *watch, unsigned timeout_ms)
{
	static const int errors[] = { -ETIMEDOUT, -EPIPE, -EIO, -ENODEV };
	int error = errors[take(watch) % 4u];
	if (error == -ETIMEDOUT)
		watch->now_ms += timeout_ms;
	return error;
}

static int on_read(
	void *userdata, uint8_t *data, size_t size, unsigned timeout_ms, size_t *ret_size)
{
	struct watch *watch = userdata;
	uint8_t head[HEADER_BYTES];
	size_t n = 0;
	*ret_size = 0;
	watch->now_ms++;
	if (watch->rest) {
		*ret_size = put(data, size, 0, watch->rest, watch->rest_n);
		watch->rest = NULL;
		return 0;
	}
	if (!watch->size)
		return -ENODEV;
	enum move move = take(watch) % MOVES;
	const uint8_t *bytes = NULL;
	switch (move) {
	case MOVE_OK:
	case MOVE_RESPONSE:
		header(watch, head, HEADER_BYTES, 3, move == MOVE_OK ? 1 : take(watch));
		*ret_size = put(data, size, 0, head, HEADER_BYTES);
		return 0;
	case MOVE_RAW:
		bytes = take_bytes(watch, &n);
		*ret_size = put(data, size, 0, bytes, n);
		return 0;
	case MOVE_DATA:
	case MOVE_SPLIT:
		bytes = take_bytes(watch, &n);
		header(watch, head, HEADER_BYTES + n, 2, 0);
		*ret_size = put(data, size, 0, head, HEADER_BYTES);
		if (move == MOVE_DATA)
			*ret_size = put(data, size, *ret_size, bytes, n);
		else
			watch->rest = bytes, watch->rest_n = n;
		return 0;
	case MOVE_ERROR:
	case MOVES:
		break;
	}
	return fail(watch, timeout_ms);
}

/* What changes something on a device, by the numbers of PTP and MTP. */
static bool is_write(unsigned code)
{
	static const unsigned writes[] = { 0x100b, 0x100c, 0x100d, 0x100e, 0x100f, 0x1010, 0x1011,
		0x1012, 0x1013, 0x1016, 0x1017, 0x1018, 0x1019, 0x101a, 0x101c, 0x9804, 0x9806,
		0x9808, 0x9809, 0x9811, 0x9812, 0x9813, 0x9814, 0x9820 };
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
		if (code == writes[i])
			return true;
	return false;
}

static int on_write(void *userdata, const uint8_t *data, size_t size, unsigned timeout_ms)
{
	struct watch *watch = userdata;
	(void)timeout_ms;
	if (size < HEADER_BYTES || data[4] != 1 || is_write(data[6] | (unsigned)data[7] << 8))
		abort(); /* a command and nothing but commands, and none that writes */
	memcpy(watch->asked, data, HEADER_BYTES);
	watch->rest = NULL;
	return watch->size ? 0 : -ENODEV;
}

static int on_event(void *userdata, unsigned timeout_ms)
{
	struct watch *watch = userdata;
	watch->now_ms += timeout_ms;
	return -ETIMEDOUT;
}

static int on_clear(void *userdata, enum mtp_pipe pipe)
{
	(void)userdata;
	(void)pipe;
	return 0;
}

static int on_cancel(void *userdata, uint32_t transaction)
{
	struct watch *watch = userdata;
	(void)transaction;
	return watch->size ? 0 : -ENODEV;
}

static int on_status(void *userdata, uint16_t *ret_code)
{
	struct watch *watch = userdata;
	*ret_code = (uint16_t)(0x2000 | take(watch));
	return watch->size ? 0 : -ENODEV;
}

static int on_reopen(void *userdata, unsigned pause_ms)
{
	struct watch *watch = userdata;
	watch->now_ms += pause_ms;
	return watch->size ? 0 : -ENODEV;
}

static int on_reset(void *userdata)
{
	(void)userdata;
	return -EOPNOTSUPP;
}

static void on_pause(void *userdata, unsigned ms)
{
	struct watch *watch = userdata;
	watch->now_ms += ms;
}

static uint64_t now_ms(void *userdata)
{
	const struct watch *watch = userdata;
	return watch->now_ms;
}

static size_t packet_bytes(void *userdata)
{
	(void)userdata;
	return PACKET_BYTES;
}

static void check_path(const struct source_file *file)
{
	const char *path = file->path;
	if (!*path || *path == '/' || strncmp(path, "../", 3) == 0 || strstr(path, "/../"))
		abort();
}

static int on_wanted(const struct source_file *file, void *userdata)
{
	(void)userdata;
	check_path(file);
	return 1;
}

/* Nothing short or long is taken for a file. */
static int on_file(const struct source_file *file, int fd, void *userdata)
{
	struct stat st;
	(void)userdata;
	check_path(file);
	if (fstat(fd, &st) < 0 || !st.st_size ||
		(file->size_bytes >= 0 && st.st_size != file->size_bytes))
		abort();
	return 0;
}

static int on_told(const struct source_file *file, void *userdata)
{
	(void)userdata;
	check_path(file);
	return 0;
}

static int on_refused(const struct source_file *file, const char *why, void *userdata)
{
	if (!*why)
		abort();
	return on_told(file, userdata);
}

static int on_watch(const struct source_watch *watch, void *userdata)
{
	(void)watch;
	(void)userdata;
	return 0;
}

static int on_listed(const struct source_listing *listing, void *userdata)
{
	(void)userdata;
	if (listing->wanted_n > listing->files_n)
		abort();
	return 0;
}

static void on_progress(const struct source_file *file, uint64_t done_bytes, void *userdata)
{
	(void)done_bytes;
	(void)on_told(file, userdata);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mtp_transport_ops ops = { .write = on_write,
		.read = on_read,
		.drop_event = on_event,
		.clear_halt = on_clear,
		.cancel = on_cancel,
		.status = on_status,
		.reopen = on_reopen,
		.reset = on_reset,
		.pause = on_pause,
		.now_ms = now_ms,
		.packet_bytes = packet_bytes };
	static const struct source_callbacks callbacks = { .on_watch = on_watch,
		.on_wanted = on_wanted,
		.on_listed = on_listed,
		.on_progress = on_progress,
		.on_file = on_file,
		.on_refused = on_refused,
		.on_later = on_told };
	static struct devices *devices; /* the tables as shipped; read once */
	struct watch watch = { .data = data, .size = size };
	const struct mtp_transport transport = { .ops = &ops, .userdata = &watch };
	struct mtp_session session;
	if (!devices && devices_load(&devices, NULL) < 0)
		abort();
	const struct mtp_watch_options options = {
		.devices = devices, .source = "watch:0000cb123456", .random = 7
	};
	if (mtp_session_init(&session, &transport) < 0)
		abort();
	(void)mtp_watch_read(&session, &options, &callbacks);
	mtp_session_done(&session);
	return 0;
}
