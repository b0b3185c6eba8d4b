/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "xml/xml_sax.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <libxml/catalog.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#define TAG_MAX_BYTES 8192u /* the longest one seen names a dozen schemas in 900 bytes */

bool xml_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t xml_leading(const uint8_t *data, size_t size)
{
	size_t i = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	while (i < size && xml_is_blank((char)data[i]))
		i++;
	return i;
}

static void on_stray_error(void *userdata, xmlErrorPtr error)
{
	(void)userdata, (void)error;
}

/* Errors that libxml2 raises outside a parser (conversions) would go to stderr; a processing
 * instruction could name a catalog. */
static void quiet_library(void)
{
	xmlSetStructuredErrorFunc(NULL, on_stray_error);
#ifdef LIBXML_CATALOG_ENABLED
	xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
#endif
}

static const char *xml_error_text(int code)
{
	switch (code) {
	case XML_ERR_TAG_NAME_MISMATCH:
		return "an end tag does not match its start tag";
	case XML_ERR_TAG_NOT_FINISHED:
	case XML_ERR_DOCUMENT_EMPTY:
	case XML_ERR_GT_REQUIRED:
	case XML_ERR_LTSLASH_REQUIRED:
		return "the file ends in the middle, or a tag is broken";
	case XML_ERR_DOCUMENT_END:
		return "there is something behind the end of the document";
	case XML_ERR_INVALID_ENCODING:
	case XML_ERR_INVALID_CHAR:
		return "bytes that are no text in the file's encoding";
	case XML_ERR_UNKNOWN_ENCODING:
	case XML_ERR_UNSUPPORTED_ENCODING:
		return "an encoding that is not supported";
	case XML_ERR_UNDECLARED_ENTITY:
		return "an entity that is not declared";
	default:
		return "not well-formed XML";
	}
}

uint64_t xml_offset(const struct xml_pass *pass)
{
	long consumed = xmlByteConsumed(pass->context);
	return pass->skipped + (consumed > 0 ? (uint64_t)consumed : 0);
}

/* The first one counts. */
static void note(struct xml_pass *pass, const char *what)
{
	if (!pass->why.what)
		pass->why = (struct parse_error) { .offset = xml_offset(pass), .what = what };
}

void xml_stop(struct xml_pass *pass, int code, const char *what)
{
	if (pass->stop)
		return;
	pass->stop = code;
	pass->why = (struct parse_error) { .offset = xml_offset(pass), .what = what };
	xmlStopParser(pass->context);
}

void xml_note_error(struct xml_pass *pass, const xmlError *error)
{
	if (error->code == XML_ERR_NO_MEMORY)
		xml_stop(pass, -ENOMEM, "out of memory");
	else if (error->level == XML_ERR_FATAL)
		note(pass, xml_error_text(error->code));
}

static void on_error(void *userdata, xmlErrorPtr error)
{
	xml_note_error(userdata, error);
}

static void on_doctype(
	void *userdata, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name, (void)public_id, (void)system_id;
	xml_stop(userdata, -EBADMSG, "a DOCTYPE is refused");
}

/* Where a tag ends that begins at `at`: behind its '>', which is none while a value is open. */
static const uint8_t *tag_end(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *close = memchr(at, '>', (size_t)(end - at));
	size_t size = (size_t)((close ? close : end) - at);
	if (!memchr(at, '"', size) && !memchr(at, '\'', size)) /* most have no attributes */
		return at + size;
	for (uint8_t quote = 0; at < end; at++) {
		if (quote ? *at == quote : *at == '"' || *at == '\'')
			quote = quote ? 0 : *at;
		else if (!quote && *at == '>')
			break;
	}
	return at;
}

/* Behind a comment, a CDATA section or an instruction, in which '<' and quotes mean nothing; NULL: there is none at
 * `at`, which is behind its '<'. */
static const uint8_t *skip_quiet(const uint8_t *at, const uint8_t *end)
{
	static const struct {
		const char *begin, *end;
	} kinds[] = { { "!--", "-->" }, { "![CDATA[", "]]>" }, { "?", "?>" } };
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t size = strlen(kinds[i].begin);
		if ((size_t)(end - at) < size || memcmp(at, kinds[i].begin, size) != 0)
			continue;
		const uint8_t *close =
			memmem(at, (size_t)(end - at), kinds[i].end, strlen(kinds[i].end));
		return close ? close : end;
	}
	return NULL;
}

/* libxml2 compares each attribute of a tag with each other one: a tag as long as a file would take hours. Returns where
 * such a one begins; NULL: there is none. */
static const uint8_t *find_long_tag(const uint8_t *data, size_t size)
{
	const uint8_t *at = data, *end = data + size;
	while ((at = memchr(at, '<', (size_t)(end - at)))) {
		const uint8_t *tag = at++, *behind = skip_quiet(at, end);
		if (behind) {
			at = behind;
			continue;
		}
		at = tag_end(at, end);
		if ((size_t)(at - tag) > TAG_MAX_BYTES)
			return tag;
	}
	return NULL;
}

static void free_context(xmlParserCtxt **context)
{
	if (*context)
		xmlFreeParserCtxt(*context);
}

int xml_run(struct xml_pass *pass, const uint8_t *data, size_t size, const xmlSAXHandler *handler)
{
	const uint8_t *tag = find_long_tag(data, size);
	if (tag) {
		pass->stop = -EBADMSG;
		pass->why = (struct parse_error) { .offset = pass->skipped + (size_t)(tag - data),
			.what = "a tag of more than 8 KiB" };
		return 0;
	}
	quiet_library();
	CLEANUP(free_context)
	xmlParserCtxt *context = xmlCreateMemoryParserCtxt((const char *)data, (int)size);
	if (!context)
		return -ENOMEM;
	*context->sax = *handler;
	context->sax->initialized = XML_SAX2_MAGIC;
	context->sax->internalSubset = on_doctype;
	if (!handler->serror)
		context->sax->serror = on_error;
	context->userData = pass;
	(void)xmlCtxtUseOptions(context, XML_PARSE_NONET);
	pass->context = context;
	(void)xmlParseDocument(context);
	const xmlParserInput *input = context->input;
	if (!pass->stop && input && input->cur < input->end)
		note(pass, "a NUL byte");
	if (!pass->stop && !context->wellFormed)
		note(pass, "not well-formed XML");
	pass->context = NULL;
	return 0;
}
