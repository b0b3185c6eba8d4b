/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* INI text as systemd writes it: `[type NAME]`, `key = value`, comments on lines of their own that begin
 * with # or ; and a backslash at the end of a line that joins it with the next by a blank.
 *
 * A value is everything behind the first `=`, blanks at both ends removed: it may hold # ; and =.
 * A byte order mark and CRLF are accepted. What cannot be read is an item too, with its line and reason, so
 * that one run finds everything. */

#include <stddef.h>
#include <stdint.h>

#define INI_LINE_MAX 65536u   /* bytes of a line, joined or not */
#define INI_FILE_MAX 1048576u /* bytes of a file */

enum ini_kind { INI_SECTION, INI_VALUE, INI_FAULT };

struct ini_item {
	enum ini_kind kind;
	uint32_t line;    /* where it begins, from 1 */
	const char *name; /* section: its type; value: its key; fault: the reason, a literal */
	const char *
		value; /* section: its NAME, NULL for none; value: "" for none; fault: its key, mostly NULL */
};

struct ini {
	char *text; /* what the items point into */
	struct ini_item *items;
	size_t n;
};

/* Never fails for what is in the text. Values before the first section and below a section that could not be
 * read are faults. Returns 0; -EFBIG beyond INI_FILE_MAX; -ENOMEM. */
int ini_parse(const char *text, size_t size, struct ini *ret);
void ini_done(struct ini *ini);
