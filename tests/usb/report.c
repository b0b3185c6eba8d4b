/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb/report.h"

void report_counts(const struct watch_counts *c, FILE *to)
{
	(void)fprintf(to,
		"\"operations\":%u,\"sessions\":%u,\"transfers_in\":%u,\"transfers_out\":%u,"
		"\"control\":%u,"
		"\"claims\":%u,\"cancels\":%u,\"resets\":%u,\"device_resets\":%u,\"clears\":%u,"
		"\"bytes_in\":%llu,\"faults\":%u,\"broken_rules\":%u,\"rule\":\"%s\",\"codes\":[",
		c->operations, c->sessions, c->transfers_in, c->transfers_out, c->control,
		c->claims, c->cancels, c->resets, c->device_resets, c->clears,
		(unsigned long long)c->bytes_in, c->faults, c->broken_rules, c->rule);
	for (size_t i = 0; i < c->codes_n; i++)
		(void)fprintf(to, "%s\"%04x\"", i ? "," : "", c->codes[i]);
	(void)fputs("]", to);
}
