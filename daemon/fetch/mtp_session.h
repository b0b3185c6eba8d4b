/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One MTP session, read-only, in straight lines: ask, take the answer, or find back to order.
 *
 * A transaction is never left half-way: it is read to its end, or cancelled by the book. When a watch
 * falls silent the session climbs a ladder: cancel and look at the status; let go of the device, stay
 * quiet and take it again, three times at most; then it is lost and every further call says so at once.
 * Only where that is allowed the port is reset before the last of these: it seldom helps a watch, and pulls
 * it from under others. */

#include "fetch/mtp_transport.h"
#include "mtp/mtp_container.h"
#include "mtp/mtp_dataset.h"

#include <stdbool.h>

#define MTP_DATA_MAX_BYTES (34u << 20) /* of one data phase */

struct mtp_counts {
	unsigned operations; /* commands that were sent */
	unsigned writes, reads;
	unsigned recoveries, reopens;
};

struct mtp_session {
	struct mtp_transport transport; /* borrowed */
	bool open;
	int lost;             /* 0, or why nothing more can be said to this device */
	uint32_t transaction; /* of the next command in a session */
	unsigned busy_ms;     /* spent on waiting for it in all */
	struct mtp_counts counts;

	uint8_t *buffer; /* of one transfer */
	size_t buffer_bytes;
	const uint8_t *at; /* what of it is not yet looked at */
	size_t left;
	bool ended_short; /* the last transfer: the device said "that is all" */
	unsigned stalls;  /* of this transaction */
	uint64_t deadline_ms;

	bool had_data; /* the last transaction had a data phase, whole or cut */
	uint8_t *data; /* of the last data phase */
	size_t data_n, data_capacity;
};

struct mtp_request {
	enum mtp_operation operation;
	uint32_t parameters[MTP_PARAMETERS_MAX];
	size_t parameters_n;
	size_t limit_bytes; /* of data; 0: MTP_DATA_MAX_BYTES */
	bool limit_is_size; /* so many bytes are due, should the device not say how many it sends */
	unsigned timeout_ms; /* without a sign of life; 0: ten seconds */
	unsigned busy_ms;    /* of patience with a device that says it is busy; 0: ten seconds */
};

/* Returns 0; -ENOMEM. The device is not spoken to. */
int mtp_session_init(struct mtp_session *session, const struct mtp_transport *transport);
void mtp_session_done(struct mtp_session *session);

/* GetDeviceInfo, which also shows how the device frames its data, then OpenSession.
 * Returns 0; -ENODEV when it was unplugged; -ETIMEDOUT, -EIO, -EPROTO when there is no talking to it. */
int mtp_session_open(struct mtp_session *session, struct mtp_device_info *ret);

/* CloseSession, unless the device is gone or lost. */
void mtp_session_close(struct mtp_session *session);

/* Lets the device be for a while. */
void mtp_session_pause(const struct mtp_session *session, unsigned ms);

/* One operation with all the patience that there is: waits while the device is busy, tries again after
 * what can be mended. Every operation only reads, so that trying again is harmless.
 *
 * ret  the response, set when 0 is returned; the data is in session->data until the next call
 * Returns 0; mtp_response_errno() of the response; -ENODATA when data was due and none or not all of it
 * came; -EFBIG beyond the limit; -ENODEV; -ETIMEDOUT, -EIO or -EPROTO when the session is lost. */
int mtp_run(struct mtp_session *session, const struct mtp_request *request, struct mtp_answer *ret);
