/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The packets between the daemon and kneadd-fetch, over one SOCK_SEQPACKET channel: one watch or folder,
 * a verdict per file.
 *
 *   fetch -> daemon   WATCH    it has said who it is: maker, model, serial, firmware (USB only)
 *   fetch -> daemon   ASK      here is a file: path, size, date. Wanted?
 *   daemon -> fetch   one byte: FETCH_TAKE, FETCH_SKIP or FETCH_STOP
 *   fetch -> daemon   LISTED   that was all it shows: folders (path), or, where none is known, what it shows
 *                              instead (why); files, how many of them are wanted and their bytes (size); what
 *                              follows is fetching (USB only)
 *   fetch -> daemon   PROGRESS so many bytes of a file are here (USB only; not more than a few a second)
 *   fetch -> daemon   GOT      it is in the spool under this hash
 *   fetch -> daemon   REFUSED  it could not be taken, and why
 *   fetch -> daemon   LATER    the watch was busy with it: it was not taken and comes at the next plug-in (USB only)
 *   fetch -> daemon   END      all was shown (0), or a negative errno and a sentence
 *
 * The daemon believes nothing of it: lengths are checked, text is cleaned before it is shown. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FETCH_PACKET_MAX_BYTES 2048u
#define FETCH_PATH_BYTES 1024u
#define FETCH_WHY_BYTES 160u
#define FETCH_NAME_BYTES 64u
#define FETCH_HASH_BYTES 32u

#define FETCH_TAKE 'T'
#define FETCH_SKIP 'S'
#define FETCH_STOP 'X'

enum fetch_type {
	FETCH_ASK,
	FETCH_GOT,
	FETCH_REFUSED,
	FETCH_END,
	FETCH_WATCH,
	FETCH_LISTED,
	FETCH_PROGRESS,
	FETCH_LATER,
	FETCH_TYPE_COUNT,
};

struct fetch_packet {
	enum fetch_type type;
	char path[FETCH_PATH_BYTES];
	char why[FETCH_WHY_BYTES];
	int64_t size_bytes, mtime_ns;
	uint8_t hash[FETCH_HASH_BYTES];
	int32_t status; /* END */

	/* WATCH; "" for what it does not say */
	char maker[FETCH_NAME_BYTES], model[FETCH_NAME_BYTES], serial[FETCH_NAME_BYTES],
		firmware[FETCH_NAME_BYTES];
	uint32_t files_n, wanted_n; /* LISTED */
	bool full;                  /* LISTED: nothing from an earlier plug-in was believed */
	bool known_make; /* LISTED without folders: laid out like a watch of the tables all the same */
	int64_t done_bytes; /* PROGRESS */
};

/* Returns the number of bytes written. A path or reason that is too long is cut. */
size_t fetch_packet_put(const struct fetch_packet *packet, uint8_t ret[FETCH_PACKET_MAX_BYTES]);

/* Returns 0; -EBADMSG. */
int fetch_packet_get(const void *data, size_t size, struct fetch_packet *ret);
