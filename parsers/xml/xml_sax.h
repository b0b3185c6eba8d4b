/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What every reader of XML here has in common: libxml2 over bytes in memory, by SAX2, silent and without a
 * file, a network or a catalog. What a document means is for its reader to say. */

#include "base/perr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libxml/parser.h>

bool xml_is_blank(char c);

/* The bytes in front of the declaration (a byte order mark of UTF-8, blanks), which are common, harmless, and
 * refused by libxml2. */
size_t xml_leading(const uint8_t *data, size_t size);

/* One pass over a document: the first member of what a reader's callbacks get as userdata. */
struct xml_pass {
	xmlParserCtxt *context; /* while it runs; borrowed */
	uint64_t skipped;       /* bytes in front of what libxml2 is given */
	int stop;               /* why the reader ended it: negative errno */
	struct parse_error why; /* for `stop`, or the first error of libxml2; what: NULL, none */
};

/* Runs the handler over the bytes (no more than INT_MAX of them). A DOCTYPE is refused, errors are noted in pass->why,
 * a tag of more than 8 KiB too,
 * also that the document is not well-formed or that bytes are left behind it, which is what a NUL does.
 * Returns 0, also after pass->stop and with pass->why; -ENOMEM: there was no parser. */
int xml_run(struct xml_pass *pass, const uint8_t *data, size_t size, const xmlSAXHandler *handler);

/* Where the parser is, in bytes of the whole file. */
uint64_t xml_offset(const struct xml_pass *pass);

/* Ends the pass; what is said first counts. */
void xml_stop(struct xml_pass *pass, int code, const char *what);

/* For a reader that has a handler of errors (xmlSAXHandler.serror) of its own: what the usual one does. */
void xml_note_error(struct xml_pass *pass, const xmlError *error);
