/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a webhook is told, made from the stored JSON of an event. Pure. */

#include <stddef.h>

#define NTFY_MESSAGE_MAX_BYTES 4096u /* beyond it a server makes an attachment of the text */
#define NTFY_TITLE_MAX_BYTES 250u
#define NTFY_TOPIC_MAX 64u

/* The event's JSON, byte for byte, with another `type` where it differs from its own: a receiver that
 * did not choose a type is told of a plainer one. Only the value of that one member changes.
 *
 * ret  owned by the caller
 * Returns 0; -EBADMSG when json is not an object with a string `type`, or type is not made of
 * letters, digits, '_' and '.'; -ENOMEM. */
int body_with_type(const char *json, const char *type, char **ret);

/* The event as ntfy's JSON publishing wants it: topic, title and message from data.text, priority 4 for
 * severity 2 and more or a red flag, else 3, and a tag that phones show as a picture.
 *
 * The message is cut at NTFY_MESSAGE_MAX_BYTES, between two characters, with an ellipsis; control
 * characters become blanks (line breaks stay in the message).
 * Returns 0; -EBADMSG when json is not an object; -ENOMEM. */
int body_for_ntfy(const char *json, const char *type, const char *topic, char **ret);
