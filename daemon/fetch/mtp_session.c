/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_session.h"

#include "fetch/mtp_exchange.h"

#include <errno.h>
#include <stdlib.h>

#define BUFFER_BYTES (256u << 10) /* a multiple of every packet size */
#define DATA_BYTES 4096u
#define SESSION_ID 1u
#define TRIES_MAX 3u

#define AGAIN_PAUSE_MS 100u
#define BUSY_PAUSE_MS 500u
#define BUSY_MAX_MS 10000u   /* for one question */
#define BUSY_TOTAL_MS 30000u /* in one session */

#define STATUS_PAUSE_MS 200u
#define STATUS_MAX_MS 5000u
#define DRAIN_TIMEOUT_MS 300u
#define DRAIN_MAX_MS 5000u
#define DRAIN_READS_MAX 512u
#define EVENT_TIMEOUT_MS 100u

#define REOPENS_MAX 3u
#define RECOVERIES_MAX 12u
#define QUIET_MS 5000u

int mtp_session_init(struct mtp_session *session, const struct mtp_transport *transport)
{
	*session = (struct mtp_session) { .transport = *transport, .buffer_bytes = BUFFER_BYTES };
	session->buffer = malloc(BUFFER_BYTES);
	session->data = malloc(DATA_BYTES); /* never NULL, also before the first data */
	if (!session->buffer || !session->data) {
		mtp_session_done(session);
		return -ENOMEM;
	}
	session->data_capacity = DATA_BYTES;
	return 0;
}

void mtp_session_done(struct mtp_session *session)
{
	free(session->buffer);
	free(session->data);
	*session = (struct mtp_session) { 0 };
}

void mtp_session_pause(const struct mtp_session *session, unsigned ms)
{
	session->transport.ops->pause(session->transport.userdata, ms);
}

static uint64_t now_ms(const struct mtp_session *session)
{
	return session->transport.ops->now_ms(session->transport.userdata);
}

/* 0 for commands outside of a session; else 1 to 0xFFFFFFFE, round and round. */
static uint32_t next_transaction(struct mtp_session *session, enum mtp_operation operation)
{
	if (!session->open || operation == MTP_OPEN_SESSION)
		return 0;
	uint32_t transaction = session->transaction;
	session->transaction = transaction >= UINT32_MAX - 1 ? 1 : transaction + 1;
	return transaction;
}

/* Waits until a device that was told to cancel is no longer busy with that. A device that does not know
 * the question is taken at its silence, one that doesn't answer at all is wedged (-ETIMEDOUT). */
static int settle(struct mtp_session *session)
{
	const struct mtp_transport *transport = &session->transport;
	uint64_t until = now_ms(session) + STATUS_MAX_MS;
	for (;;) {
		uint16_t code = 0;
		int r = transport->ops->status(transport->userdata, &code);
		if (r == -ENODEV || r == -ETIMEDOUT)
			return r;
		if (r < 0 || code != MTP_RESPONSE_DEVICE_BUSY)
			return 0;
		if (now_ms(session) >= until)
			return -ETIMEDOUT;
		mtp_session_pause(session, STATUS_PAUSE_MS);
	}
}

/* Reads away what is still on its way. */
static int drain(struct mtp_session *session)
{
	const struct mtp_transport *transport = &session->transport;
	session->deadline_ms = now_ms(session) + DRAIN_MAX_MS;
	session->stalls = 0;
	for (unsigned i = 0; i < DRAIN_READS_MAX; i++) {
		int r = mtp_transfer(session, session->buffer_bytes, DRAIN_TIMEOUT_MS);
		if (r == -ETIMEDOUT && now_ms(session) <= session->deadline_ms)
			break; /* nothing more comes */
		if (r < 0 && r != -EPIPE)
			return r;
	}
	session->left = 0;
	/* an event about the cancelling, which blocks some devices until it is fetched */
	int r = transport->ops->drop_event(transport->userdata, EVENT_TIMEOUT_MS);
	return r == -ENODEV ? r : 0;
}

static int cancel(struct mtp_session *session, uint32_t transaction)
{
	const struct mtp_transport *transport = &session->transport;
	int r = transport->ops->cancel(transport->userdata, transaction);
	if (r == -ENODEV)
		return r;
	r = settle(session);
	return r < 0 ? r : drain(session);
}

/* OpenSession, without any ladder; one that hangs is cancelled. */
static int open_session(struct mtp_session *session)
{
	const struct mtp_request request = {
		.operation = MTP_OPEN_SESSION, .parameters = { SESSION_ID }, .parameters_n = 1
	};
	struct mtp_outcome outcome;
	int r = mtp_exchange(session, &request, 0, &outcome);
	if (r < 0)
		return r == -ENODEV || cancel(session, 0) == -ENODEV ? -ENODEV : r;
	r = mtp_response_errno(outcome.answer.code);
	/* one that an earlier program left open will do: closing it makes one known device leave MTP */
	if (r < 0 && r != -EALREADY)
		return r;
	session->open = true;
	session->transaction = 1;
	return 0;
}

/* Lets go, stays quiet, takes the device again, opens a session if there was one. */
static int reopen(struct mtp_session *session)
{
	const struct mtp_transport *transport = &session->transport;
	bool was_open = session->open;
	int r = -ETIMEDOUT;
	while (session->counts.reopens < REOPENS_MAX) {
		unsigned quiet_ms = QUIET_MS << session->counts.reopens++;
		session->open = false;
		/* for those who allow it, and only when all else has failed */
		if (session->counts.reopens == REOPENS_MAX)
			(void)transport->ops->reset(transport->userdata);
		r = transport->ops->reopen(transport->userdata, quiet_ms);
		if (r == 0 && was_open)
			r = open_session(session);
		if (r == 0 || r == -ENODEV)
			return r;
	}
	return r;
}

/* Climbs the ladder from the rung `tries`. */
static int recover(struct mtp_session *session, uint32_t transaction, unsigned tries)
{
	if (++session->counts.recoveries > RECOVERIES_MAX)
		return -EIO;
	/* each time: letting go says nothing to the device, and the next command would come into the data that it still
	 * means to send */
	int r = cancel(session, transaction);
	if (r == -ENODEV || (r == 0 && tries == 0))
		return r;
	return reopen(session);
}

/* What was cut is worth another try, and so is an error that names no reason, or no data where data was
 * due: once, for it may well be all that this device has to say. */
static bool is_worth_again(const struct mtp_request *request, const struct mtp_outcome *outcome,
	int answer, unsigned tries)
{
	if (answer == -ENODATA && outcome->has_data)
		return tries + 1 < TRIES_MAX;
	if (answer == -ENOTCONN)
		return tries == 0 && request->operation == MTP_OPEN_SESSION;
	return tries == 0 && request->operation != MTP_GET_OBJECT_PROP_LIST &&
	       request->operation != MTP_GARMIN_GET_DEVICE_FILE &&
	       (answer == -EIO || answer == -ENODATA || answer == -ECANCELED);
}

/* What a response says about the session itself rather than about the question.
 * Returns 1 to ask again; 0 when it is an answer; negative when the session is lost. */
static int heed(struct mtp_session *session, const struct mtp_request *request,
	const struct mtp_outcome *outcome, int answer, unsigned tries, uint64_t busy_until_ms)
{
	if (is_worth_again(request, outcome, answer, tries)) {
		mtp_session_pause(session, AGAIN_PAUSE_MS);
		return 1;
	}
	if (answer == -EBUSY && now_ms(session) < busy_until_ms &&
		session->busy_ms < BUSY_TOTAL_MS) {
		session->busy_ms += BUSY_PAUSE_MS;
		mtp_session_pause(session, BUSY_PAUSE_MS);
		return 1;
	}
	if (tries + 1 >= TRIES_MAX || !session->open || request->operation == MTP_CLOSE_SESSION)
		return 0;
	if (answer == -ESTALE) {
		/* a session taken over counts from where its owner left off */
		session->transaction += 10;
		return 1;
	}
	if (answer != -ENOTCONN)
		return 0;
	session->open = false;
	int r = open_session(session);
	return r < 0 ? r : 1;
}

static int verdict(const struct mtp_request *request, const struct mtp_outcome *outcome)
{
	int r = mtp_response_errno(outcome->answer.code);
	if (r < 0)
		return r;
	if (!outcome->has_data && mtp_operation_has_data((uint16_t)request->operation))
		return -ENODATA;
	return outcome->data;
}

static int give_up(struct mtp_session *session, int r)
{
	session->lost = r;
	return r;
}

int mtp_run(struct mtp_session *session, const struct mtp_request *request, struct mtp_answer *ret)
{
	unsigned patience_ms = request->busy_ms ? request->busy_ms : BUSY_MAX_MS;
	uint64_t busy_until_ms = now_ms(session) + patience_ms;
	unsigned tries = 0;
	if (session->lost)
		return session->lost;
	for (;;) {
		struct mtp_outcome outcome;
		uint32_t transaction = next_transaction(session, request->operation);
		int r = mtp_exchange(session, request, transaction, &outcome);
		if (r == -ENODEV)
			return give_up(session, r);
		if (r == 0) {
			r = verdict(request, &outcome);
			int heeded = heed(session, request, &outcome, r, tries, busy_until_ms);
			if (heeded < 0)
				return give_up(session, heeded);
			if (!heeded) {
				*ret = outcome.answer;
				return r;
			}
			tries += r != -EBUSY;
			continue;
		}
		int mended = recover(session, transaction, tries);
		if (mended < 0)
			return give_up(session, mended);
		if (r == -EFBIG && tries)
			return r; /* in order again, but that is all that it has to say */
		if (++tries == TRIES_MAX)
			return give_up(session, r);
	}
}

int mtp_session_open(struct mtp_session *session, struct mtp_device_info *ret)
{
	const struct mtp_request ask = { .operation = MTP_GET_DEVICE_INFO };
	const struct mtp_request open = {
		.operation = MTP_OPEN_SESSION, .parameters = { SESSION_ID }, .parameters_n = 1
	};
	struct mtp_answer answer;
	int info = mtp_run(session, &ask, &answer);
	if (info == 0)
		info = mtp_device_info_get(session->data, session->data_n, ret);
	if (session->lost)
		return session->lost;
	int r = mtp_run(session, &open, &answer);
	/* open already, or open and counting on from where its owner left off */
	if (r < 0 && r != -EALREADY && r != -ESTALE)
		return r;
	session->open = true;
	session->transaction = 1;
	if (info == 0)
		return 0;
	/* some answer only in a session */
	r = mtp_run(session, &ask, &answer);
	return r < 0 ? r : mtp_device_info_get(session->data, session->data_n, ret);
}

void mtp_session_close(struct mtp_session *session)
{
	const struct mtp_request request = { .operation = MTP_CLOSE_SESSION };
	struct mtp_outcome outcome;
	if (!session->open || session->lost)
		return;
	uint32_t transaction = next_transaction(session, request.operation);
	int r = mtp_exchange(session, &request, transaction, &outcome);
	if (r < 0 && r != -ENODEV)
		(void)cancel(session, transaction);
	session->open = false;
}
