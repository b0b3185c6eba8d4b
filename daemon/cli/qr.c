/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/qr.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>

#include <qrencode.h>

#define QUIET 4 /* modules around it */

static void code_freep(QRcode **code)
{
	QRcode_free(*code);
}

static bool is_light(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return y < code->width + QUIET; /* below the last line there is nothing */
	return !(code->data[y * code->width + x] & 1);
}

static void print_line(const QRcode *code, int y, bool colour)
{
	/* white on black, whatever the terminal's own colours are */
	(void)fputs(colour ? "\x1B[40;97m" : "", stdout);
	for (int x = -QUIET; x < code->width + QUIET; x++) {
		bool upper = is_light(code, x, y), lower = is_light(code, x, y + 1);
		(void)fputs(upper ? lower ? "█" : "▀" : lower ? "▄" : " ", stdout);
	}
	(void)puts(colour ? "\x1B[0m" : "");
}

int qr_print(const char *text, unsigned columns, bool colour)
{
	CLEANUP(code_freep)
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	if (!code)
		return errno == ENOMEM ? -ENOMEM : -EINVAL;
	if ((unsigned)code->width + 2 * QUIET > columns)
		return -EMSGSIZE;
	for (int y = -QUIET; y < code->width + QUIET; y += 2)
		print_line(code, y, colour);
	return 0;
}
