/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What every reader of XML here has in common: libxml2 over bytes in memory, by SAX2, silent and without a
 * file, a network or a catalog. What a document means is for its reader to say. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libxml/parser.h>

bool xml_is_blank(char c);

/* The bytes in front of the declaration (a byte order mark of UTF-8, blanks), which are common, harmless, and
 * refused by libxml2. */
size_t xml_leading(const uint8_t *data, size_t size);

/* A parser that is ready to run (xmlParseDocument()) with this handler; NULL when memory is short. The bytes
 * are borrowed; no more than INT_MAX of them. To be freed with xml_close(). */
xmlParserCtxt *xml_open(
	const uint8_t *data, size_t size, const xmlSAXHandler *handler, void *userdata);
void xml_close(xmlParserCtxt **context);

/* After the run: whether bytes were left that libxml2 did not look at, which is what a NUL does. */
bool xml_has_rest(const xmlParserCtxt *context);

/* An xmlParserErrors value in words: a literal. */
const char *xml_error_text(int code);
