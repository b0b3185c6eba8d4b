/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The frame around everything that MTP sends over USB: twelve bytes of header, then parameters or data
 * (MTP 1.1, appendix H). Little-endian throughout. */

#include "mtp/mtp_codes.h"

#include <stddef.h>
#include <stdint.h>

#define MTP_HEADER_BYTES 12u
#define MTP_PARAMETERS_MAX 5u
#define MTP_COMMAND_MAX_BYTES (MTP_HEADER_BYTES + 4 * MTP_PARAMETERS_MAX)

enum mtp_container_type {
	MTP_COMMAND = 1,
	MTP_DATA = 2,
	MTP_RESPONSE = 3,
	MTP_EVENT = 4,
};

struct mtp_header {
	uint32_t length; /* of the whole container; MTP_UNKNOWN: longer than 32 bits can say */
	uint16_t type, code;
	uint32_t transaction;
};

struct mtp_answer {
	uint16_t code;
	uint32_t transaction;
	uint32_t parameters[MTP_PARAMETERS_MAX];
	size_t parameters_n;
};

/* A command; at most MTP_PARAMETERS_MAX parameters. Returns its size in bytes. */
size_t mtp_command_put(enum mtp_operation operation, uint32_t transaction,
	const uint32_t *parameters, size_t parameters_n, uint8_t ret[MTP_COMMAND_MAX_BYTES]);

/* The first twelve bytes of any container.
 * Returns 0; -EBADMSG when they are too few, of no known type, or state a length below twelve. */
int mtp_header_get(const uint8_t *data, size_t size, struct mtp_header *ret);

/* A whole response. What stands behind its stated length is left alone.
 * Returns 0; -EBADMSG when it is another thing, cut, or longer than five parameters. */
int mtp_answer_get(const uint8_t *data, size_t size, struct mtp_answer *ret);
