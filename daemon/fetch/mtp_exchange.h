/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One transaction: command, data, response. Inside of the folder; mtp_session.h mends what fails here. */

#include "fetch/mtp_session.h"

/* How a transaction ended. */
struct mtp_outcome {
	struct mtp_answer answer;
	bool has_data; /* a data phase began */
	int data;      /* 0; -ENODATA: it was cut; -EFBIG: too much, read and thrown away */
};

/* Sends one command and reads to the end of the transaction.
 *
 * transaction  0 outside of a session
 * Returns 0 when the device has answered, whatever it said; otherwise the transaction hangs half-way:
 * -ENODEV; -ETIMEDOUT; -EIO; -EPROTO out of step; -EFBIG the data is too much even to read; -ENOMEM. */
int mtp_exchange(struct mtp_session *session, const struct mtp_request *request,
	uint32_t transaction, struct mtp_outcome *ret);

/* One bulk transfer into session->buffer; a stall is cleared and given back as -EPIPE. */
int mtp_transfer(struct mtp_session *session, size_t want, unsigned timeout_ms);
