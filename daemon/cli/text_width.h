/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Columns that the text takes on a terminal. */
unsigned text_width(const char *text);
