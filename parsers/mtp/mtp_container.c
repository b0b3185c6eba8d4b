/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mtp/mtp_container.h"

#include "base/bytes.h"

#include <errno.h>

size_t mtp_command_put(enum mtp_operation operation, uint32_t transaction,
	const uint32_t *parameters, size_t parameters_n, uint8_t ret[MTP_COMMAND_MAX_BYTES])
{
	struct bytes_out out = bytes_out_of(ret, MTP_COMMAND_MAX_BYTES);
	bytes_put_le32(&out, (uint32_t)(MTP_HEADER_BYTES + 4 * parameters_n));
	bytes_put_le16(&out, MTP_COMMAND);
	bytes_put_le16(&out, (uint16_t)operation);
	bytes_put_le32(&out, transaction);
	for (size_t i = 0; i < parameters_n; i++)
		bytes_put_le32(&out, parameters[i]);
	return out.size;
}

static int header_get(struct bytes *in, struct mtp_header *ret)
{
	struct mtp_header header;
	header.length = bytes_le32(in);
	header.type = bytes_le16(in);
	header.code = bytes_le16(in);
	header.transaction = bytes_le32(in);
	if (in->failed || header.length < MTP_HEADER_BYTES || header.type < MTP_COMMAND ||
		header.type > MTP_EVENT)
		return -EBADMSG;
	*ret = header;
	return 0;
}

int mtp_header_get(const uint8_t *data, size_t size, struct mtp_header *ret)
{
	struct bytes in = bytes_of(data, size);
	return header_get(&in, ret);
}

int mtp_answer_get(const uint8_t *data, size_t size, struct mtp_answer *ret)
{
	struct bytes in = bytes_of(data, size);
	struct mtp_header header;
	int r = header_get(&in, &header);
	if (r < 0)
		return r;
	size_t parameters_n = (header.length - MTP_HEADER_BYTES) / 4;
	if (header.type != MTP_RESPONSE || header.length > size || header.length % 4 ||
		parameters_n > MTP_PARAMETERS_MAX)
		return -EBADMSG;
	struct mtp_answer answer = {
		.code = header.code, .transaction = header.transaction, .parameters_n = parameters_n
	};
	for (size_t i = 0; i < parameters_n; i++)
		answer.parameters[i] = bytes_le32(&in);
	*ret = answer;
	return 0;
}
