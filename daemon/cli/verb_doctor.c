/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead doctor: everything that is wrong, each with the command that mends it. */
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "cli/doctor_report.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "doctor/doctor.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <stdio.h>

static int status_of(const struct findings *findings)
{
	int status = findings->n ? CLI_PART : CLI_DONE;
	for (size_t i = 0; i < findings->n; i++)
		if (findings->list[i].level == FINDING_UNUSABLE)
			status = CLI_STATE;
	return status;
}

static int print_json(const struct findings *findings)
{
	json_t *list = json_array();
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];
		(void)json_array_append_new(
			list, json_pack("{s:s,s:s,s:o,s:o}", "check", finding->check, "level",
				      finding->level == FINDING_UNUSABLE ? "unusable" : "fault",
				      "what", json_from_bytes(finding->what), "mend",
				      json_from_bytes(finding->mend)));
	}
	json_auto_t *object =
		json_pack("{s:I,s:o}", "checks", (json_int_t)doctor_checks_n, "findings", list);
	return object ? json_print(stdout, object) : -ENOMEM;
}

static void print_human(const struct cli_context *context, const struct findings *findings)
{
	unsigned width = lines_width(stdout);
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];
		bool bad = finding->level == FINDING_UNUSABLE;
		(void)fputs(cli_style(context, bad ? STYLE_BAD : STYLE_WARN), stdout);
		lines_print(stdout, lines_flatten(finding->what), 0, 2, width);
		(void)printf("%s\n    ", cli_style(context, STYLE_PLAIN));
		cli_print_clean(finding->mend);
		(void)putchar('\n');
	}
	if (findings->n)
		(void)printf("\n%zu found by %zu checks\n", findings->n, doctor_checks_n);
	else
		(void)printf("%s%zu checks, nothing wrong%s\n", cli_style(context, STYLE_GOOD),
			doctor_checks_n, cli_style(context, STYLE_PLAIN));
}

int verb_doctor(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	CLEANUP(doctor_done) struct doctor doctor = { 0 };
	CLEANUP(findings_done) struct findings findings = { 0 };
	int r = doctor_look(
		context->state, context->config, clock_now_ms(&context->clock), &doctor);
	if (r < 0)
		return cli_fail(CLI_STATE, "state", NULL, "%s",
			r == -ENOENT ? "there is no home directory to keep it in; give --state DIR"
				     : "out of memory");
	(void)fflush(stdout); /* a check has a process of its own */
	doctor_run(&doctor, &findings);
	if (findings.lost)
		return cli_fail_errno(CLI_STATE, "doctor", NULL, -ENOMEM);
	if (cli_option(context, "report"))
		doctor_report(&doctor, &findings);
	else if (context->json)
		r = print_json(&findings);
	else
		print_human(context, &findings);
	return r < 0 ? CLI_PART : status_of(&findings);
}
