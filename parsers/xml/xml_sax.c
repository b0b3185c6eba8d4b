/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "xml/xml_sax.h"

#include <string.h>

#include <libxml/catalog.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

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

xmlParserCtxt *xml_open(
	const uint8_t *data, size_t size, const xmlSAXHandler *handler, void *userdata)
{
	quiet_library();
	xmlParserCtxt *context = xmlCreateMemoryParserCtxt((const char *)data, (int)size);
	if (!context)
		return NULL;
	*context->sax = *handler;
	context->userData = userdata;
	(void)xmlCtxtUseOptions(context, XML_PARSE_NONET);
	return context;
}

void xml_close(xmlParserCtxt **context)
{
	if (*context)
		xmlFreeParserCtxt(*context);
	*context = NULL;
}

bool xml_has_rest(const xmlParserCtxt *context)
{
	const xmlParserInput *input = context->input;
	return input && input->cur < input->end;
}

const char *xml_error_text(int code)
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
