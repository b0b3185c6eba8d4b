/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_operations.h"

#include <errno.h>

#define LIST_TIMEOUT_MS 20000u /* a thousand files take a watch a while to count */
#define FILE_TIMEOUT_MS 10000u
#define LIST_MAX_BYTES (16u << 20)
#define INFO_MAX_BYTES (64u << 10)

/* Makes something of an answer, or of the error r in its place. Returns 0; a negative errno. */
typedef int (*take_fn)(
	struct mtp_session *session, const struct mtp_answer *answer, int r, void *into);

/* One that makes no sense is asked for again, once. */
static int ask(
	struct mtp_session *session, const struct mtp_request *request, take_fn take, void *into)
{
	struct mtp_answer answer;
	int r = take(session, &answer, mtp_run(session, request, &answer), into);
	if (r == -EBADMSG && !session->lost)
		r = take(session, &answer, mtp_run(session, request, &answer), into);
	return r;
}

struct numbers {
	uint32_t *list; /* owned */
	size_t n;
};

static int take_numbers(
	struct mtp_session *session, const struct mtp_answer *answer, int r, void *into)
{
	struct numbers *numbers = into;
	(void)answer;
	return r < 0 ? r
		     : mtp_numbers_get(session->data, session->data_n, &numbers->list, &numbers->n);
}

int mtp_get_storages(struct mtp_session *session, uint32_t **ret, size_t *ret_n)
{
	const struct mtp_request request = { .operation = MTP_GET_STORAGE_IDS,
		.limit_bytes = INFO_MAX_BYTES };
	struct numbers ids = { 0 };
	size_t kept = 0;
	int r = ask(session, &request, take_numbers, &ids);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ids.n; i++)
		if (ids.list[i] & 0xFFFF) /* else a slot without a card */
			ids.list[kept++] = ids.list[i];
	*ret = ids.list;
	*ret_n = kept;
	return 0;
}

/* A data phase without any data is how some say "none", or none at all, and that twice. */
static int take_handles(
	struct mtp_session *session, const struct mtp_answer *answer, int r, void *into)
{
	static const uint8_t none[4] = { 0 };
	struct numbers *numbers = into;
	bool bare = r == -ENODATA && !session->lost && !session->had_data &&
		    answer->code == MTP_RESPONSE_OK;
	if ((r == 0 || bare) && !session->data_n)
		return mtp_numbers_get(none, sizeof none, &numbers->list, &numbers->n);
	return take_numbers(session, answer, bare ? 0 : r, into);
}

int mtp_get_handles(struct mtp_session *session, uint32_t storage, uint32_t format, uint32_t parent,
	uint32_t **ret, size_t *ret_n)
{
	const struct mtp_request request = { .operation = MTP_GET_OBJECT_HANDLES,
		.parameters = { storage, format, parent },
		.parameters_n = 3,
		.limit_bytes = LIST_MAX_BYTES,
		.timeout_ms = LIST_TIMEOUT_MS };
	struct numbers handles = { 0 };
	int r = ask(session, &request, take_handles, &handles);
	if (r < 0)
		return r;
	*ret = handles.list;
	*ret_n = handles.n;
	return 0;
}

/* The property that holds a size of 64 bits, or of 32. A device that does not have it leaves it unknown. */
static int get_size(struct mtp_session *session, struct mtp_object *object)
{
	const struct mtp_request request = { .operation = MTP_GET_OBJECT_PROP_VALUE,
		.parameters = { object->handle, MTP_PROPERTY_OBJECT_SIZE },
		.parameters_n = 2,
		.limit_bytes = INFO_MAX_BYTES };
	struct mtp_answer answer;
	int r = mtp_run(session, &request, &answer);
	if (session->lost)
		return r;
	struct bytes in = bytes_of(session->data, session->data_n);
	if (r == 0 && (session->data_n == 4 || session->data_n == 8)) {
		object->size_bytes = session->data_n == 8 ? bytes_le64(&in) : bytes_le32(&in);
		object->has_size = session->data_n == 8 || object->size_bytes != MTP_UNKNOWN;
	}
	return 0;
}

static int take_info(
	struct mtp_session *session, const struct mtp_answer *answer, int r, void *into)
{
	struct mtp_object *object = into;
	(void)answer;
	/* into, for its handle: the answer does not repeat it */
	return r < 0 ? r
		     : mtp_object_info_get(session->data, session->data_n, object->handle, object);
}

int mtp_get_info(struct mtp_session *session, uint32_t handle, struct mtp_object *ret)
{
	const struct mtp_request request = { .operation = MTP_GET_OBJECT_INFO,
		.parameters = { handle },
		.parameters_n = 1,
		.limit_bytes = INFO_MAX_BYTES };
	struct mtp_object object = { .handle = handle };
	int r = ask(session, &request, take_info, &object);
	if (r == 0 && !object.is_folder && !object.has_size)
		r = get_size(session, &object);
	if (r < 0)
		return r;
	*ret = object;
	return 0;
}

int mtp_get_device_file(struct mtp_session *session, uint32_t *ret)
{
	const struct mtp_request request = { .operation = MTP_GARMIN_GET_DEVICE_FILE,
		.limit_bytes = INFO_MAX_BYTES };
	struct mtp_answer answer;
	int r = mtp_run(session, &request, &answer);
	if (r < 0)
		return r;
	struct bytes in = bytes_of(session->data, session->data_n);
	uint32_t handle = bytes_le32(&in);
	if (in.failed || !handle)
		return -EBADMSG;
	*ret = handle;
	return 0;
}

/* What a list that breaks off has told is told again. */
static int take_props(
	struct mtp_session *session, const struct mtp_answer *answer, int r, void *into)
{
	(void)answer;
	return r < 0 ? r : mtp_prop_list_get(session->data, session->data_n, into);
}

int mtp_get_props(
	struct mtp_session *session, uint32_t folder, uint32_t property, struct mtp_objects *into)
{
	const struct mtp_request request = { .operation = MTP_GET_OBJECT_PROP_LIST,
		.parameters = { folder, 0 /* any format */, property, 0 /* no group */,
			1 /* depth */ },
		.parameters_n = 5,
		.limit_bytes = LIST_MAX_BYTES,
		.timeout_ms = LIST_TIMEOUT_MS };
	return ask(session, &request, take_props, into);
}

static int get_object(
	struct mtp_session *session, uint32_t handle, size_t limit, bool is_size, unsigned busy_ms)
{
	const struct mtp_request request = { .operation = MTP_GET_OBJECT,
		.parameters = { handle },
		.parameters_n = 1,
		.limit_bytes = limit,
		.limit_is_size = is_size,
		.timeout_ms = FILE_TIMEOUT_MS,
		.busy_ms = busy_ms };
	struct mtp_answer answer;
	return mtp_run(session, &request, &answer);
}

int mtp_get_object(struct mtp_session *session, uint32_t handle, size_t size, unsigned busy_ms)
{
	int r = get_object(session, handle, size, true, busy_ms);
	if (r == 0 && session->data_n != size)
		r = -ENODATA;
	return r == -EFBIG ? -ENODATA : r;
}

int mtp_get_unsized(struct mtp_session *session, uint32_t handle, size_t limit, unsigned busy_ms)
{
	return get_object(session, handle, limit, false, busy_ms);
}

/* All of what was asked for, or less by its own account. The response says again how much it was; one that leaves
 * that out is believed its data. */
static bool is_piece(const struct mtp_answer *answer, size_t got, size_t size)
{
	bool said = answer->parameters_n && answer->parameters[0] == got;
	return got == size ? said || !answer->parameters_n : said && got && got < size;
}

int mtp_get_piece(struct mtp_session *session, uint32_t handle, uint32_t offset, uint32_t size,
	unsigned busy_ms)
{
	const struct mtp_request request = { .operation = MTP_GET_PARTIAL_OBJECT,
		.parameters = { handle, offset, size },
		.parameters_n = 3,
		.limit_bytes = size,
		.limit_is_size = true,
		.timeout_ms = FILE_TIMEOUT_MS,
		.busy_ms = busy_ms };
	struct mtp_answer answer;
	int r = mtp_run(session, &request, &answer);
	if (r == 0 && !is_piece(&answer, session->data_n, size))
		r = -ENODATA;
	return r == -EFBIG ? -ENODATA : r;
}
