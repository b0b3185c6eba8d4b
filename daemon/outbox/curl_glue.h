/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* libcurl's multi interface inside an sd_event loop.
 *
 * Everything runs in the loop's thread, except that Debian's libcurl looks names up in a short-lived
 * thread of its own (getaddrinfo blocks); it wakes the loop through a socket pair. Because of that
 * thread the process must never use a bare fork(), and because NOSIGNAL is set for it libcurl does not
 * shield OpenSSL's writes from SIGPIPE: curl_glue_new() has the process ignore that signal. */

#include <systemd/sd-event.h>

#include <curl/curl.h>

struct curl_glue;

/* easy is already removed from the multi handle and belongs to whoever added it. Must not free the
 * glue. */
typedef void (*curl_done_fn)(CURL *easy, CURLcode result, void *userdata);

/* Borrows event. Returns 0; -ENOMEM; what sd_event says. */
int curl_glue_new(sd_event *event, curl_done_fn on_done, void *userdata, struct curl_glue **ret);

/* Every easy handle must have been taken out before. NULL is fine. Returns NULL. */
struct curl_glue *curl_glue_free(struct curl_glue *glue);

/* Starts a transfer; easy is borrowed until on_done or curl_glue_remove(). Returns 0; -ENOMEM, -EIO. */
int curl_glue_add(struct curl_glue *glue, CURL *easy);

/* Ends a transfer under way; on_done is not called. */
void curl_glue_remove(struct curl_glue *glue, CURL *easy);
