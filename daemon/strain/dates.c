/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/dates.h"

#include <string.h>

static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

const char *weekday_word(int32_t day)
{
	int64_t monday_based = ((int64_t)day + 3) % 7; /* day 0 was a Thursday */
	return weekdays[monday_based < 0 ? monday_based + 7 : monday_based];
}

static const char *const month_names[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

/* Day, month (0: January) and year of a day since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms":
 * years that begin in March make the leap day the last one). */
static void civil(int32_t day, int *ret_day, int *ret_month, int64_t *ret_year)
{
	int64_t shifted = (int64_t)day + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	*ret_day = (int)(of_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)((month + 2) % 12);
	*ret_year = year + era * 400 + (month >= 10);
}

void text_date(struct text *text, int32_t day)
{
	char short_day[4] = { 0 };
	memcpy(short_day, weekday_word(day), sizeof short_day - 1);
	int number, month;
	int64_t year;
	civil(day, &number, &month, &year);
	text_adds(text, short_day, " ", NULL);
	text_number(text, number, 0);
	text_adds(text, " ", months[month], NULL);
}

void text_month(struct text *text, int32_t day, int32_t today)
{
	int number, month, month_now;
	int64_t year, year_now;
	civil(day, &number, &month, &year);
	civil(today, &number, &month_now, &year_now);
	text_add(text, month_names[month]);
	if (12 * (year_now - year) + month_now - month < 11)
		return;
	text_add(text, " ");
	text_number(text, (double)year, 0);
}
