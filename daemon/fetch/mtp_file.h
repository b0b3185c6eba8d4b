/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One file off the watch: in one go when it is small, in pieces when it is not. The pieces that came are
 * kept in the state directory (watches/NAME.rest), so that a cable that was pulled costs one piece. */

#include "fetch/mtp_operations.h"
#include "fetch/source.h"

/* Of a length that is no multiple of any packet's, so that no piece ends in doubt about an empty packet. */
#define MTP_PIECE_BYTES 262044u

struct mtp_file {
	struct mtp_session *session;
	const struct mtp_device_info *info;
	const char *state_dir, *source; /* state_dir NULL: nothing is kept */
	const struct source_callbacks *callbacks;
};

/* Why a file was not taken. */
struct mtp_refusal {
	const char *why; /* a sentence, a literal */
	bool damaged; /* the same bytes came twice, by two operations where the watch knows both: it is not the
			  * cable that spoils them */
};

/* Reads it whole and checks it; twice at most, the second time by the other operation.
 *
 * file         of -1 bytes: the watch does not say how many
 * ret_fd       a regular file at its start, the caller's
 * ret_refusal  set when the file can't be taken: -EBADMSG
 * Returns 0; -EBADMSG; -EBUSY: the watch has no time for it now; -ENOMEM; session->lost when there is no talking to the watch any more. */
int mtp_file_read(const struct mtp_file *reader, uint32_t handle, const struct source_file *file,
	int *ret_fd, struct mtp_refusal *ret_refusal);
