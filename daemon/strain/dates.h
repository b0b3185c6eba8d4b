/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Local days in words. Days are counted from 1970-01-01. Only the files of this folder see this. */

#include "strain/text.h"

#include <stdint.h>

/* "Sunday" */
const char *weekday_word(int32_t day);

/* "Sun 3 May" */
void text_date(struct text *text, int32_t day);

/* "May", and with its year when that month is not one of the last eleven. */
void text_month(struct text *text, int32_t day, int32_t today);
