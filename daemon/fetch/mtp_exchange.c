/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READ_TIMEOUT_MS 10000u
#define WRITE_TIMEOUT_MS 5000u
#define STRAY_TIMEOUT_MS 5000u /* after a container of another transaction, ours may never come */
#define STALL_TIMEOUT_MS 2000u
#define EXCHANGE_MAX_MS 120000u
#define STRAYS_MAX 8u
#define EMPTY_MAX 8u
#define STALLS_MAX 2u
#define UNKNOWN_LENGTH UINT64_MAX

/* A transaction under way. */
struct exchange {
	struct mtp_session *session;
	const struct mtp_request *request;
	struct mtp_outcome *outcome;
	uint32_t transaction;
	unsigned timeout_ms;
	unsigned strays, empty;
};

static int after_stall(struct mtp_session *session)
{
	uint16_t code = 0;
	const struct mtp_transport *transport = &session->transport;
	if (++session->stalls > STALLS_MAX)
		return -EPROTO;
	int r = transport->ops->clear_halt(transport->userdata, MTP_PIPE_IN);
	/* asking is what the standard wants; a device that stalls here too may still go on */
	if (r != -ENODEV)
		r = transport->ops->status(transport->userdata, &code);
	return r == -ENODEV ? r : -EPIPE;
}

int mtp_transfer(struct mtp_session *session, size_t want, unsigned timeout_ms)
{
	const struct mtp_transport *transport = &session->transport;
	size_t packet = transport->ops->packet_bytes(transport->userdata);
	if (transport->ops->now_ms(transport->userdata) > session->deadline_ms)
		return -ETIMEDOUT;
	int r;
	size_t n;
	session->left = 0;
	for (;;) {
		if (want > session->buffer_bytes)
			want = session->buffer_bytes;
		n = 0;
		session->counts.reads++;
		r = transport->ops->read(
			transport->userdata, session->buffer, want, timeout_ms, &n);
		if (r != -ENOMEM || session->buffer_bytes <= 16 * packet)
			break;
		session->buffer_bytes /= 2;
	}
	if (n > want)
		return -EPROTO;
	session->at = session->buffer;
	session->left = n;
	/* what came before the time was up has come, and nothing says that it was the end */
	session->ended_short = r == 0 && n < want;
	if (r == -EPIPE)
		return after_stall(session);
	return r == -ETIMEDOUT && n ? 0 : r;
}

static int send_command(const struct exchange *exchange)
{
	struct mtp_session *session = exchange->session;
	const struct mtp_request *request = exchange->request;
	const struct mtp_transport *transport = &session->transport;
	uint8_t raw[MTP_COMMAND_MAX_BYTES];
	if (!mtp_operation_name((uint16_t)request->operation))
		return -EPERM; /* not in the table: not said */
	size_t size = mtp_command_put(request->operation, exchange->transaction,
		request->parameters, request->parameters_n, raw);
	session->counts.operations++;
	session->counts.writes++;
	int r = transport->ops->write(transport->userdata, raw, size, WRITE_TIMEOUT_MS);
	if (r != -EPIPE)
		return r;
	/* a halt that an earlier program left behind */
	r = transport->ops->clear_halt(transport->userdata, MTP_PIPE_OUT);
	if (r < 0)
		return r;
	session->counts.writes++;
	return transport->ops->write(transport->userdata, raw, size, WRITE_TIMEOUT_MS);
}

static int store(struct mtp_session *session, const uint8_t *data, size_t n)
{
	if (!n)
		return 0;
	if (n > session->data_capacity - session->data_n) {
		size_t capacity = session->data_capacity;
		while (capacity - session->data_n < n)
			capacity *= 2; /* the limit keeps this far from overflow */
		uint8_t *grown = realloc(session->data, capacity);
		if (!grown)
			return -ENOMEM;
		session->data = grown;
		session->data_capacity = capacity;
	}
	memcpy(session->data + session->data_n, data, n);
	session->data_n += n;
	return 0;
}

/* A data phase on its way in. */
struct payload {
	uint64_t total, got; /* total: UNKNOWN_LENGTH, a short packet ends it */
	size_t limit;
	bool keep, too_much;
};

static int take_left(struct exchange *exchange, struct payload *payload)
{
	struct mtp_session *session = exchange->session;
	size_t n = session->left;
	if (n > payload->total - payload->got)
		n = (size_t)(payload->total - payload->got); /* the rest is the response already */
	if (payload->got + n > payload->limit)
		payload->too_much = true;
	if (payload->got + n > MTP_DATA_MAX_BYTES)
		return -EFBIG;
	int r = payload->keep && !payload->too_much ? store(session, session->at, n) : 0;
	session->at += n;
	session->left -= n;
	payload->got += n;
	return r;
}

/* At most what is missing, up to a whole packet, and of a whole number of packets exactly that: then the
 * next read begins at the empty packet, if there is one, or at the response. */
static size_t next_size(const struct exchange *exchange, const struct payload *payload)
{
	const struct mtp_transport *transport = &exchange->session->transport;
	size_t packet = transport->ops->packet_bytes(transport->userdata);
	uint64_t missing = payload->total - payload->got;
	if (missing > exchange->session->buffer_bytes)
		return exchange->session->buffer_bytes;
	return ((size_t)missing + packet - 1) / packet * packet;
}

/* Our response to the bit, too short to be the rest of the data or behind a short packet: the device gave up where its
 * data should have gone on. */
static bool is_response_instead(
	const struct exchange *exchange, const struct payload *payload, bool after_short)
{
	const struct mtp_session *session = exchange->session;
	struct mtp_answer answer;
	return session->ended_short &&
	       (after_short || session->left < payload->total - payload->got) &&
	       mtp_answer_get(session->at, session->left, &answer) == 0 &&
	       answer.transaction == exchange->transaction &&
	       session->left == MTP_HEADER_BYTES + 4 * answer.parameters_n;
}

/* Reads the data behind a header. Returns 0 with outcome->data; otherwise half-way. */
static int take_payload(struct exchange *exchange, struct payload *payload, int *ret_data)
{
	struct mtp_session *session = exchange->session;
	/* twelve bytes alone are a header that came in a packet of its own, not an end */
	bool header_alone = session->left == MTP_HEADER_BYTES;
	bool may_be_empty = header_alone;
	bool cut = false;
	session->at += MTP_HEADER_BYTES;
	session->left -= MTP_HEADER_BYTES;
	int r = take_left(exchange, payload);
	while (r == 0 && payload->got < payload->total) {
		/* the end is where the length says, though some send data in several transfers */
		bool after_short = session->ended_short && !header_alone;
		if (after_short && payload->total == UNKNOWN_LENGTH)
			break;
		header_alone = false;
		r = mtp_transfer(session, next_size(exchange, payload), exchange->timeout_ms);
		if (r == -EPIPE) {
			/* a device that can't go on stalls, and then says why */
			exchange->timeout_ms = STALL_TIMEOUT_MS;
			cut = true;
			r = 0;
			break;
		}
		if (r == 0 && !session->left && may_be_empty)
			header_alone = true; /* an empty packet after the header ends nothing */
		else if (r == 0 && !session->left && ++exchange->empty > EMPTY_MAX)
			r = -EPROTO;
		may_be_empty = false;
		if (r == 0 && is_response_instead(exchange, payload, after_short)) {
			/* behind data of no stated length it is where it belongs */
			cut = payload->total != UNKNOWN_LENGTH;
			break;
		}
		if (r == 0)
			r = take_left(exchange, payload);
	}
	*ret_data = cut ? -ENODATA : payload->too_much ? -EFBIG : 0;
	return r;
}

static int take_data(struct exchange *exchange, const struct mtp_header *header)
{
	const struct mtp_request *request = exchange->request;
	struct payload payload = {
		.total = header->length == MTP_UNKNOWN ? UNKNOWN_LENGTH
						       : header->length - MTP_HEADER_BYTES,
		.limit = request->limit_bytes ? request->limit_bytes : MTP_DATA_MAX_BYTES,
		.keep = true,
	};
	if (payload.total == UNKNOWN_LENGTH && request->limit_is_size)
		payload.total = request->limit_bytes;
	if (payload.total != UNKNOWN_LENGTH && payload.total > MTP_DATA_MAX_BYTES)
		return -EFBIG;
	exchange->outcome->has_data = true;
	return take_payload(exchange, &payload, &exchange->outcome->data);
}

/* A container of another transaction, or an event that came the wrong way. */
static int pass_over(struct exchange *exchange, const struct mtp_header *header)
{
	struct mtp_session *session = exchange->session;
	if (++exchange->strays > STRAYS_MAX)
		return -EPROTO;
	exchange->timeout_ms = STRAY_TIMEOUT_MS;
	if (header->type == MTP_DATA) {
		int ignored = 0;
		struct payload payload = { .total = header->length == MTP_UNKNOWN
							    ? UNKNOWN_LENGTH
							    : header->length - MTP_HEADER_BYTES,
			.limit = MTP_DATA_MAX_BYTES };
		return take_payload(exchange, &payload, &ignored);
	}
	size_t n = header->length < session->left ? header->length : session->left;
	session->at += n;
	session->left -= n;
	return 0;
}

/* Makes sure that something is there to look at. */
static int need_bytes(struct exchange *exchange)
{
	struct mtp_session *session = exchange->session;
	while (!session->left) {
		int r = mtp_transfer(session, session->buffer_bytes, exchange->timeout_ms);
		if (r == -EPIPE) {
			exchange->timeout_ms = STALL_TIMEOUT_MS;
			continue;
		}
		if (r < 0)
			return r;
		/* the empty packet after data that filled its last one */
		if (!session->left && ++exchange->empty > EMPTY_MAX)
			return -EPROTO;
	}
	return 0;
}

/* A few zeros in place of a response: old players send them ahead of it. */
static bool is_padding(const struct mtp_session *session)
{
	if (session->left >= MTP_HEADER_BYTES)
		return false;
	for (size_t i = 0; i < session->left; i++)
		if (session->at[i])
			return false;
	return true;
}

/* One container. Returns 1 when it was the response that was waited for; 0 to go on. */
static int take_container(struct exchange *exchange)
{
	struct mtp_session *session = exchange->session;
	struct mtp_header header;
	int r = need_bytes(exchange);
	if (r < 0)
		return r;
	if (is_padding(session)) {
		session->left = 0;
		return ++exchange->empty > EMPTY_MAX ? -EPROTO : 0;
	}
	if (mtp_header_get(session->at, session->left, &header) < 0)
		return -EPROTO;
	bool ours = header.transaction == exchange->transaction;
	if (ours && header.type == MTP_RESPONSE) {
		r = mtp_answer_get(session->at, session->left, &exchange->outcome->answer);
		session->left = 0;
		return r < 0 ? -EPROTO : 1;
	}
	if (ours && header.type == MTP_DATA && header.code == exchange->request->operation &&
		!exchange->outcome->has_data)
		return take_data(exchange, &header);
	return pass_over(exchange, &header);
}

int mtp_exchange(struct mtp_session *session, const struct mtp_request *request,
	uint32_t transaction, struct mtp_outcome *ret)
{
	const struct mtp_transport *transport = &session->transport;
	struct mtp_outcome outcome = { 0 };
	struct exchange exchange = { .session = session,
		.request = request,
		.outcome = &outcome,
		.transaction = transaction,
		.timeout_ms = request->timeout_ms ? request->timeout_ms : READ_TIMEOUT_MS };
	session->deadline_ms = transport->ops->now_ms(transport->userdata) + EXCHANGE_MAX_MS;
	session->left = 0;
	session->stalls = 0;
	session->data_n = 0;
	int r = send_command(&exchange);
	while (r == 0)
		r = take_container(&exchange);
	session->had_data = outcome.has_data;
	if (r < 0)
		return r == -EPIPE || r == -EPERM ? -EPROTO : r;
	*ret = outcome;
	return 0;
}
