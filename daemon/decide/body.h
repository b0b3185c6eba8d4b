/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a webhook is sent: {"type","timestamp","data"}, under 20 kB, never a coordinate. */

#include "decide/situation.h"
#include "store/store.h"

#include <jansson.h>

#define BODY_NOTE_BYTES 200u

/* The body of an event, for one record of the message policy.
 *
 * runner  the name of the runner's section
 * note    said once, at the end of the text; shorter than BODY_NOTE_BYTES; NULL
 * ret     JSON text, freed by the caller
 * Returns 0 or a negative errno. */
int body_of_record(struct store *store, const struct situation *situation,
	const struct said_record *record, const char *type, const char *runner, const char *note,
	char **ret);

/* The body of an event that carries no suggestion and no activity, with the scores as they are.
 *
 * more  further members of `data`, stolen; NULL
 * ret   JSON text, freed by the caller
 * Returns 0 or a negative errno. */
struct body_notice {
	const char *type, *title, *text;
	const struct strain_scores *scores;
	json_t *more;
};
int body_of_notice(const struct situation *situation, const struct body_notice *notice,
	const char *runner, char **ret);

/* What a record suggests: type, lead, severity, indications with their reasons, best time, text; null when it suggests
 * nothing. New reference. */
json_t *body_alert(const struct said_record *record, const struct calendar *calendar);

/* The body of a test event. */
int body_of_test(const char *runner, int64_t now_ms, char **ret);

/* The body of a watch.stuck. */
int body_of_watch(const char *runner, const char *watch, const char *title, const char *text,
	int64_t now_ms, char **ret);
