/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mtp/mtp_codes.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stddef.h>

const char *mtp_operation_name(uint16_t code)
{
	switch (code) {
#define MTP_CASE(symbol, number, name, data) \
	case (number):                       \
		return (name);
		MTP_OPERATIONS(MTP_CASE)
#undef MTP_CASE
	default:
		return NULL;
	}
}

bool mtp_operation_has_data(uint16_t code)
{
	static const struct {
		uint16_t code;
		bool has_data;
	} operations[] = {
#define MTP_ROW(symbol, number, name, data) { (number), (data) },
		MTP_OPERATIONS(MTP_ROW)
#undef MTP_ROW
	};
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].code == code)
			return operations[i].has_data;
	return false;
}

const char *mtp_response_name(uint16_t code)
{
	switch (code) {
#define MTP_CASE(symbol, number, name) \
	case (number):                 \
		return (name);
		MTP_RESPONSES(MTP_CASE)
#undef MTP_CASE
	default:
		return NULL;
	}
}

int mtp_response_errno(uint16_t code)
{
	switch (code) {
	case MTP_RESPONSE_OK:
		return 0;
	case MTP_RESPONSE_OPERATION_NOT_SUPPORTED:
	case MTP_RESPONSE_PARAMETER_NOT_SUPPORTED:
	case MTP_RESPONSE_DEVICE_PROP_NOT_SUPPORTED:
	case MTP_RESPONSE_INVALID_OBJECT_FORMAT_CODE:
	case MTP_RESPONSE_SPECIFICATION_BY_FORMAT_UNSUPPORTED:
	case MTP_RESPONSE_INVALID_PARAMETER:
	case MTP_RESPONSE_INVALID_OBJECT_PROP_CODE:
	case MTP_RESPONSE_GROUP_NOT_SUPPORTED:
	case MTP_RESPONSE_SPECIFICATION_BY_GROUP_UNSUPPORTED:
	case MTP_RESPONSE_SPECIFICATION_BY_DEPTH_UNSUPPORTED:
	case MTP_RESPONSE_OBJECT_PROP_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case MTP_RESPONSE_DEVICE_BUSY:
		return -EBUSY;
	case MTP_RESPONSE_SESSION_NOT_OPEN:
		return -ENOTCONN;
	case MTP_RESPONSE_INVALID_OBJECT_HANDLE:
	case MTP_RESPONSE_NO_VALID_OBJECT_INFO:
	case MTP_RESPONSE_INVALID_PARENT_OBJECT:
		return -ENOENT;
	case MTP_RESPONSE_ACCESS_DENIED:
		return -EACCES;
	case MTP_RESPONSE_STORE_NOT_AVAILABLE:
	case MTP_RESPONSE_INVALID_STORAGE_ID:
		return -ENOMEDIUM;
	case MTP_RESPONSE_INCOMPLETE_TRANSFER:
		return -ENODATA;
	case MTP_RESPONSE_TRANSACTION_CANCELLED:
		return -ECANCELED;
	case MTP_RESPONSE_INVALID_TRANSACTION_ID:
		return -ESTALE;
	case MTP_RESPONSE_SESSION_ALREADY_OPEN:
		return -EALREADY;
	default:
		return -EIO;
	}
}
