/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/findings.h"

#include "base/cleanup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void findings_done(struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		free(findings->list[i].what);
		free(findings->list[i].mend);
	}
	free(findings->list);
	*findings = (struct findings) { 0 };
}

void findings_add(struct findings *findings, enum finding_level level, const char *check,
	const char *mend, const char *what, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, what);
	if (vasprintf(&text, what, arguments) < 0)
		text = NULL;
	va_end(arguments);
	for (size_t i = 0; text && i < findings->n; i++)
		if (strcmp(findings->list[i].check, check) == 0 &&
			strcmp(findings->list[i].what, text) == 0) { /* two ways to one fault */
			free(text);
			return;
		}
	char *command = strdup(mend);
	struct finding *grown =
		reallocarray(findings->list, findings->n + 1, sizeof *findings->list);
	if (grown)
		findings->list = grown;
	if (!grown || !text || !command) {
		free(text);
		free(command);
		findings->lost = true;
		return;
	}
	findings->list[findings->n++] =
		(struct finding) { .level = level, .check = check, .what = text, .mend = command };
}
