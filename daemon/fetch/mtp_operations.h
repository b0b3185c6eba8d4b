/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The operations of MTP by name, with their answers read. Errors as mtp_run(), and -EBADMSG for an answer
 * that makes no sense. */

#include "fetch/mtp_session.h"
#include "mtp/mtp_objects.h"

/* Storages with a medium in them. *ret is the caller's to free. */
int mtp_get_storages(struct mtp_session *session, uint32_t **ret, size_t *ret_n);

/* What is in a folder. format 0: everything; parent MTP_ANY: the root. *ret is the caller's to free. */
int mtp_get_handles(struct mtp_session *session, uint32_t storage, uint32_t format, uint32_t parent,
	uint32_t **ret, size_t *ret_n);

/* ObjectInfo; where it says that the size does not fit it, the property that has it is asked for as well. */
int mtp_get_info(struct mtp_session *session, uint32_t handle, struct mtp_object *ret);

/* Garmin's own way to GarminDevice.xml: its handle. */
int mtp_get_device_file(struct mtp_session *session, uint32_t *ret);

/* One property (MTP_ANY: all) of a folder and of everything in it; completes and appends to `into`. */
int mtp_get_props(
	struct mtp_session *session, uint32_t folder, uint32_t property, struct mtp_objects *into);

/* A whole file of a known size, left in session->data. -ENODATA when it has another size; busy_ms as in a
 * request. */
int mtp_get_object(struct mtp_session *session, uint32_t handle, size_t size, unsigned busy_ms);

/* One whose size the device does not tell: as many bytes as its data phase has. -EFBIG beyond the limit. */
int mtp_get_unsized(struct mtp_session *session, uint32_t handle, size_t limit, unsigned busy_ms);

/* Up to `size` bytes of a file that has them, at least one, left in session->data: some give fewer at once, and say
 * so. -ENODATA when none or more come, or fewer without a word. */
int mtp_get_piece(struct mtp_session *session, uint32_t handle, uint32_t offset, uint32_t size,
	unsigned busy_ms);
