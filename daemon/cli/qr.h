/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A QR code of text on a terminal. */

#include <stdbool.h>

/* Two modules in each character, light ones drawn, with the quiet zone that the standard asks for
 * (ISO/IEC 18004): black on white wherever colours work, and on a dark terminal without them.
 *
 * Returns 0; -EMSGSIZE when it would be wider than `columns`; -EINVAL text that no code holds. */
int qr_print(const char *text, unsigned columns, bool colour);
