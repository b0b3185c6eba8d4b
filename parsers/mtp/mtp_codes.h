/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The numbers of MTP 1.1 that a reader of watches meets, under the specification's names.
 *
 * The table of operations is the whole list of what can be said to a watch: none of them writes, deletes,
 * moves, formats or resets anything. A new row must keep that true. */

#include <stdbool.h>
#include <stdint.h>

/* X(SYMBOL, code, name, has a data phase from the device): MTP 1.1, appendix D; the last one is Garmin's own and
 * has no name in public: it tells the handle of GarminDevice.xml. */
#define MTP_OPERATIONS(X)                                            \
	X(GET_DEVICE_INFO, 0x1001, "GetDeviceInfo", true)            \
	X(OPEN_SESSION, 0x1002, "OpenSession", false)                \
	X(CLOSE_SESSION, 0x1003, "CloseSession", false)              \
	X(GET_STORAGE_IDS, 0x1004, "GetStorageIDs", true)            \
	X(GET_OBJECT_HANDLES, 0x1007, "GetObjectHandles", true)      \
	X(GET_OBJECT_INFO, 0x1008, "GetObjectInfo", true)            \
	X(GET_OBJECT, 0x1009, "GetObject", true)                     \
	X(GET_PARTIAL_OBJECT, 0x101B, "GetPartialObject", true)      \
	X(GET_OBJECT_PROP_VALUE, 0x9803, "GetObjectPropValue", true) \
	X(GET_OBJECT_PROP_LIST, 0x9805, "GetObjectPropList", true)   \
	X(GARMIN_GET_DEVICE_FILE, 0x9001, "GarminGetDeviceFile", true)

/* X(SYMBOL, code, name): MTP 1.1, appendix F */
#define MTP_RESPONSES(X)                                                                      \
	X(OK, 0x2001, "OK")                                                                   \
	X(GENERAL_ERROR, 0x2002, "General_Error")                                             \
	X(SESSION_NOT_OPEN, 0x2003, "Session_Not_Open")                                       \
	X(INVALID_TRANSACTION_ID, 0x2004, "Invalid_TransactionID")                            \
	X(OPERATION_NOT_SUPPORTED, 0x2005, "Operation_Not_Supported")                         \
	X(PARAMETER_NOT_SUPPORTED, 0x2006, "Parameter_Not_Supported")                         \
	X(INCOMPLETE_TRANSFER, 0x2007, "Incomplete_Transfer")                                 \
	X(INVALID_STORAGE_ID, 0x2008, "Invalid_StorageID")                                    \
	X(INVALID_OBJECT_HANDLE, 0x2009, "Invalid_ObjectHandle")                              \
	X(DEVICE_PROP_NOT_SUPPORTED, 0x200A, "DeviceProp_Not_Supported")                      \
	X(INVALID_OBJECT_FORMAT_CODE, 0x200B, "Invalid_ObjectFormatCode")                     \
	X(ACCESS_DENIED, 0x200F, "Access_Denied")                                             \
	X(STORE_NOT_AVAILABLE, 0x2013, "Store_Not_Available")                                 \
	X(SPECIFICATION_BY_FORMAT_UNSUPPORTED, 0x2014, "Specification_By_Format_Unsupported") \
	X(NO_VALID_OBJECT_INFO, 0x2015, "No_Valid_ObjectInfo")                                \
	X(DEVICE_BUSY, 0x2019, "Device_Busy")                                                 \
	X(INVALID_PARENT_OBJECT, 0x201A, "Invalid_Parent_Object")                             \
	X(INVALID_PARAMETER, 0x201D, "Invalid_Parameter")                                     \
	X(SESSION_ALREADY_OPEN, 0x201E, "Session_Already_Open")                               \
	X(TRANSACTION_CANCELLED, 0x201F, "Transaction_Cancelled")                             \
	X(INVALID_OBJECT_PROP_CODE, 0xA801, "Invalid_ObjectPropCode")                         \
	X(GROUP_NOT_SUPPORTED, 0xA805, "Group_Not_Supported")                                 \
	X(SPECIFICATION_BY_GROUP_UNSUPPORTED, 0xA807, "Specification_By_Group_Unsupported")   \
	X(SPECIFICATION_BY_DEPTH_UNSUPPORTED, 0xA808, "Specification_By_Depth_Unsupported")   \
	X(OBJECT_PROP_NOT_SUPPORTED, 0xA80A, "ObjectProp_Not_Supported")

/* X(SYMBOL, code): MTP 1.1, appendix A; every other format is a file to us */
#define MTP_FORMATS(X) X(ASSOCIATION, 0x3001)

/* X(SYMBOL, code): MTP 1.1, appendix B */
#define MTP_PROPERTIES(X)           \
	X(OBJECT_FORMAT, 0xDC02)    \
	X(OBJECT_SIZE, 0xDC04)      \
	X(OBJECT_FILE_NAME, 0xDC07) \
	X(DATE_MODIFIED, 0xDC09)    \
	X(PARENT_OBJECT, 0xDC0B)

enum mtp_operation {
#define MTP_ENUM(symbol, code, name, data) MTP_##symbol = (code),
	MTP_OPERATIONS(MTP_ENUM)
#undef MTP_ENUM
};

enum mtp_response {
#define MTP_ENUM(symbol, code, name) MTP_RESPONSE_##symbol = (code),
	MTP_RESPONSES(MTP_ENUM)
#undef MTP_ENUM
};

enum mtp_format {
#define MTP_ENUM(symbol, code) MTP_FORMAT_##symbol = (code),
	MTP_FORMATS(MTP_ENUM)
#undef MTP_ENUM
};

enum mtp_property {
#define MTP_ENUM(symbol, code) MTP_PROPERTY_##symbol = (code),
	MTP_PROPERTIES(MTP_ENUM)
#undef MTP_ENUM
};

#define MTP_ANY 0xFFFFFFFFu     /* all storages, all properties; as a parent: the root */
#define MTP_UNKNOWN 0xFFFFFFFFu /* a length or size that does not fit 32 bits */

/* "GetObjectInfo"; NULL for what is not in the table. */
const char *mtp_operation_name(uint16_t code);

/* Whether the device answers this operation with data; false for what is not in the table. */
bool mtp_operation_has_data(uint16_t code);

/* "Device_Busy"; NULL for what is not in the table. */
const char *mtp_response_name(uint16_t code);

/* What a response means in our own currency: 0 for OK; -EOPNOTSUPP for what the device does not do in
 * this form; -EBUSY; -ENOTCONN without a session; -ENOENT for an object that is not there; -EACCES;
 * -ENOMEDIUM; -ENODATA for a transfer that stopped; -ECANCELED; -ESTALE for a wrong transaction id;
 * -EALREADY for a session that is open; -EIO
 * for the rest. */
int mtp_response_errno(uint16_t code);
