/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/place_wire.h"

#include "base/bytes.h"

#include <errno.h>
#include <string.h>

#define PLACE_MAGIC 0x50444E4Bu /* "KNDP" */
#define ERRNO_MAX 4095

void place_request_put(const struct place_request *request, uint8_t ret[PLACE_REQUEST_BYTES])
{
	struct bytes_out out = bytes_out_of(ret, PLACE_REQUEST_BYTES);
	bytes_put_le32(&out, PLACE_MAGIC);
	bytes_put(&out, request->hash, HASH_BYTES);
	bytes_put(&out, request->name, PLACE_NAME_BYTES);
}

int place_request_get(const void *data, size_t size, struct place_request *ret)
{
	struct bytes in = bytes_of(data, size);
	uint32_t magic = bytes_le32(&in);
	const uint8_t *hash = bytes_take(&in, HASH_BYTES),
		      *name = bytes_take(&in, PLACE_NAME_BYTES);
	if (in.failed || magic != PLACE_MAGIC || size != PLACE_REQUEST_BYTES || !*name ||
		!memchr(name, '\0', PLACE_NAME_BYTES) || strchr((const char *)name, '/'))
		return -EBADMSG;
	memcpy(ret->hash, hash, HASH_BYTES);
	memcpy(ret->name, name, PLACE_NAME_BYTES);
	return 0;
}

void place_answer_put(int status, uint8_t ret[PLACE_ANSWER_BYTES])
{
	struct bytes_out out = bytes_out_of(ret, PLACE_ANSWER_BYTES);
	bytes_put_le32(&out, PLACE_MAGIC);
	bytes_put_le32(&out, (uint32_t)status);
}

int place_answer_get(const void *data, size_t size, int *ret_status)
{
	struct bytes in = bytes_of(data, size);
	uint32_t magic = bytes_le32(&in);
	int32_t status = (int32_t)bytes_le32(&in);
	if (in.failed || magic != PLACE_MAGIC || size != PLACE_ANSWER_BYTES || status > 0 ||
		status < -ERRNO_MAX)
		return -EBADMSG;
	*ret_status = status;
	return 0;
}
