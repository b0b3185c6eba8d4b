/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit.h"
#include "fit/fit_assign.h"
#include "fit/fit_decoder.h"
#include "fit/fit_header.h"
#include "fit/fit_is.h"
#include "fit/fit_kind.h"

#include "base/cleanup.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int by_number(const void *a, const void *b)
{
	return ((const struct message_count *)a)->number -
	       ((const struct message_count *)b)->number;
}

/* Sorted, and without those that were defined but never came. */
static void settle_counts(struct decoded_file *file)
{
	size_t kept = 0;
	for (size_t i = 0; i < file->counts_n; i++)
		if (file->counts[i].count > 0)
			file->counts[kept++] = file->counts[i];
	file->counts_n = kept;
	if (kept > 0)
		qsort(file->counts, kept, sizeof *file->counts, by_number);
}

int fit_decode(const uint8_t *data, size_t size, struct decoded_file *ret, struct parse_error *err)
{
	ret->format = FILE_FORMAT_FIT;
	if (size > FILE_MAX_BYTES)
		return parse_fail(err, -EFBIG, FILE_MAX_BYTES, "the file is larger than 32 MiB");
	if (!fit_is(data, size))
		return parse_fail(err, -EBADMSG, 0, "not a FIT file");
	CLEANUP(fit_decoder_free) struct fit_decoder *d = fit_decoder_new(data, size, ret, err);
	if (!d)
		return parse_fail(err, -ENOMEM, 0, "out of memory");
	int r = fit_read_parts(d);
	settle_counts(ret);
	if (!d->has_type)
		ret->kind = fit_kind_of_messages(ret);
	int done = fit_file_done(d);
	if (r == 0)
		r = done;
	if (r == -ENOMEM)
		return parse_fail(err, r, 0, "out of memory");
	if (r < 0)
		return r;
	ret->valid = d->valid;
	if (ret->counts_n == 0 && !ret->valid)
		return parse_fail(err, -EBADMSG, ret->problems_n ? ret->problems[0].offset : 0,
			ret->problems_n ? ret->problems[0].what : "no messages");
	return 0;
}
