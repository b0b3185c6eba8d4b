/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/usbip_device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CMD_SUBMIT 1u
#define CMD_UNLINK 2u
#define RET_SUBMIT 3u
#define RET_UNLINK 4u
#define HEAD_BYTES 48u
#define SETUP_AT 40u
#define REQUEST_MAX_BYTES (1u << 20)
#define BULK_IN 1u
#define BULK_OUT 2u
#define EVENTS 3u
/* A flag of the kernel's requests: what ends early is an error. usbfs sets it on each request of a transfer that it
 * splits but on the last */
#define SHORT_NOT_OK 1u

/* In network order; the ten words of a command before its setup packet. */
static uint32_t word(const uint8_t head[HEAD_BYTES], size_t index)
{
	uint32_t value;
	memcpy(&value, head + 4 * index, sizeof value);
	return ntohl(value);
}

static bool send_all(int fd, const uint8_t *data, size_t n)
{
	while (n) {
		ssize_t sent = write(fd, data, n);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		data += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool receive_all(int fd, uint8_t *data, size_t n)
{
	while (n) {
		ssize_t got = read(fd, data, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		data += got;
		n -= (size_t)got;
	}
	return true;
}

static bool say(const struct usbip_device *device, uint32_t what, uint32_t sequence, int status,
	size_t length)
{
	uint8_t head[HEAD_BYTES] = { 0 };
	const uint32_t words[] = { htonl(what), htonl(sequence), 0, 0, 0, htonl((uint32_t)status),
		htonl((uint32_t)length) };
	memcpy(head, words, sizeof words);
	return send_all(device->fd, head, sizeof head);
}

static void forget(struct usbip_device *device, size_t index)
{
	free(device->list[index].data);
	device->n--;
	memmove(&device->list[index], &device->list[index + 1],
		(device->n - index) * sizeof device->list[0]);
}

/* Answers a request and forgets it. Returns false when the connection is over. */
static bool answer(struct usbip_device *device, size_t index, int status)
{
	struct usbip_request *request = &device->list[index];
	bool done = say(device, RET_SUBMIT, request->sequence, status, request->done) &&
		    (!request->in || send_all(device->fd, request->data, request->done));
	forget(device, index);
	return done;
}

/* Where the transfer ends to which a request belongs; device->n: that has not come yet. */
static size_t end_of_transfer(const struct usbip_device *device, size_t index)
{
	unsigned endpoint = device->list[index].endpoint;
	for (size_t i = index; i < device->n; i++)
		if (device->list[i].in && device->list[i].endpoint == endpoint &&
			!device->list[i].dropped && !(device->list[i].flags & SHORT_NOT_OK))
			return i;
	return device->n;
}

/* A controller stops where a request ends early; what is queued behind it for the same transfer never runs, and usbfs
 * takes it back. */
static void drop_rest(struct usbip_device *device, size_t index, size_t end)
{
	unsigned endpoint = device->list[index].endpoint;
	for (size_t i = index + 1; i <= end; i++)
		if (device->list[i].in && device->list[i].endpoint == endpoint)
			device->list[i].dropped = true;
}

/* The request at the head of the bulk pipe. Returns 1 when it was answered, 0 when it waits, -1 when it is over. */
static int turn_bulk(struct usbip_device *device, size_t index)
{
	struct usbip_request *request = &device->list[index];
	size_t end = end_of_transfer(device, index);
	int error = 0;
	/* a slow device, so that nothing depends on how fast the host asks: all of a transfer is there before it begins */
	if (end == device->n)
		return 0;
	if (!wire_in(&device->wire, request->data, request->n, &request->done, &error))
		return 0;
	if (device->wire.gone)
		return -1;
	bool whole = request->done == request->n, more = request->flags & SHORT_NOT_OK;
	device->tally.stalls += error == EPIPE;
	device->tally.empty +=
		!error && !whole && request->done % device->profile->packet_bytes == 0;
	if (more && (error || !whole)) {
		device->tally.ended_short += !error;
		drop_rest(device, index, end);
		error = error ? error : EREMOTEIO;
	}
	return answer(device, index, -error) ? 1 : -1;
}

static int turn_events(struct usbip_device *device, size_t index)
{
	struct usbip_request *request = &device->list[index];
	if (!wire_event(&device->wire, request->data, request->n, &request->done))
		return 0;
	return answer(device, index, 0) ? 1 : -1;
}

bool usbip_device_turn(struct usbip_device *device)
{
	bool busy[EVENTS + 1] = { false };
	for (size_t i = 0; i < device->n;) {
		const struct usbip_request *request = &device->list[i];
		unsigned endpoint = request->endpoint;
		bool waits = !request->in || request->dropped || !endpoint || endpoint > EVENTS ||
			     busy[endpoint];
		int r = waits                ? 0
			: endpoint == EVENTS ? turn_events(device, i)
					     : turn_bulk(device, i);
		if (r < 0)
			return false;
		if (r == 0 && !waits)
			busy[endpoint] = true;
		i += r == 0;
	}
	return !device->wire.gone;
}

bool usbip_device_waits(const struct usbip_device *device)
{
	return device->n && device->wire.queue_n;
}

/* What goes to the device is taken at once. */
static bool take_out(struct usbip_device *device, size_t index)
{
	struct usbip_request *request = &device->list[index];
	device->wire.counts->transfers_out++;
	int r = request->endpoint == BULK_OUT ? wire_out(&device->wire, request->data, request->n)
					      : EPIPE;
	request->done = r ? 0 : request->n;
	device->tally.stalls += r == EPIPE;
	return answer(device, index, -r);
}

static bool take_control(struct usbip_device *device, size_t index)
{
	struct usbip_request *request = &device->list[index];
	int r = usbip_device_control(device, request->setup, request->data, request->n);
	if (r == -EAGAIN)
		return true;
	request->done = r > 0 ? (size_t)r : 0;
	return answer(device, index, r < 0 ? r : 0);
}

static bool take_submit(struct usbip_device *device, const uint8_t head[HEAD_BYTES])
{
	size_t n = word(head, 6);
	if (device->n == USBIP_REQUESTS_MAX || n > REQUEST_MAX_BYTES)
		return false;
	struct usbip_request *request = &device->list[device->n];
	*request = (struct usbip_request) { .sequence = word(head, 1),
		.in = word(head, 3) != 0,
		.endpoint = word(head, 4),
		.flags = word(head, 5),
		.n = n,
		.data = calloc(1, n + 1) };
	memcpy(request->setup, head + SETUP_AT, sizeof request->setup);
	size_t index = device->n++;
	if (!request->data || (!request->in && !receive_all(device->fd, request->data, n)))
		return false;
	if (!request->endpoint)
		return take_control(device, index);
	if (!request->in)
		return take_out(device, index);
	if (request->endpoint != BULK_IN)
		return true;
	device->wire.counts->transfers_in++;
	device->tally.continued += (request->flags & SHORT_NOT_OK) != 0;
	if (n > device->tally.largest)
		device->tally.largest = n;
	if (n % device->profile->packet_bytes)
		count_broken_rule(
			device->wire.counts, "a read that is no multiple of the packet size");
	return true;
}

/* The host takes a request back. One that was answered meanwhile is not in the list any more. */
static bool take_unlink(struct usbip_device *device, const uint8_t head[HEAD_BYTES])
{
	uint32_t sequence = word(head, 1), of = word(head, 5);
	size_t index = 0;
	while (index < device->n && device->list[index].sequence != of)
		index++;
	if (index == device->n)
		return say(device, RET_UNLINK, sequence, 0, 0);
	const struct usbip_request *request = &device->list[index];
	device->tally.unlinked++;
	device->tally.dropped += request->dropped;
	device->tally.cut += request->done > 0;
	if (request->done && !device->cancel_loses)
		return answer(device, index, -ECONNRESET) &&
		       say(device, RET_UNLINK, sequence, 0, 0);
	forget(device, index);
	return say(device, RET_UNLINK, sequence, -ECONNRESET, 0);
}

bool usbip_device_take(struct usbip_device *device)
{
	uint8_t head[HEAD_BYTES];
	if (!receive_all(device->fd, head, sizeof head))
		return false;
	switch (word(head, 0)) {
	case CMD_SUBMIT:
		return take_submit(device, head);
	case CMD_UNLINK:
		return take_unlink(device, head);
	default:
		return false;
	}
}

bool usbip_device_begin(
	struct usbip_device *device, struct watch_profile *profile, struct watch_counts *counts)
{
	device->profile = profile;
	device->wire = (struct wire) { .profile = profile, .counts = counts };
	device->wire.responder.profile = profile;
	device->wire.responder.session = profile->session_open;
	device->wire.responder.session_id = profile->session_open ? 0x2a : 0;
	return tree_load(profile->root, &device->wire.responder.tree);
}

void usbip_device_end(struct usbip_device *device)
{
	while (device->n)
		forget(device, 0);
	wire_drop(&device->wire);
	tree_done(&device->wire.responder.tree);
}
