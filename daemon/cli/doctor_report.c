/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor_report.h"

#include "base/cleanup.h"
#include "cli/scrub.h"
#include "conf/url.h"
#include "store/store_outbox.h"
#include "store/store_query.h"
#include "store/store_watch.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define SERIAL_SHOWN 4u
#define SERIAL_LEAST 8u /* of a shorter one nothing is shown */

/* "...1234" */
static const char *mask_serial(const char *serial, char ret[16])
{
	size_t size = strlen(serial);
	(void)snprintf(ret, 16, "%s%s", size ? "..." : "-",
		size > SERIAL_LEAST ? serial + size - SERIAL_SHOWN : "");
	return ret;
}

static void add_webhook(struct scrub *scrub, const struct conf_webhook *webhook)
{
	struct url url;
	char host[256];
	scrub_word(scrub, webhook->url, "URL");
	scrub_word(scrub, webhook->secret_file, "SECRET-FILE");
	scrub_word(scrub, webhook->token_file, "TOKEN-FILE");
	if (url_parse(webhook->url, &url, NULL) < 0)
		return;
	(void)snprintf(host, sizeof host, "%.*s", (int)url.host_size, url.host);
	scrub_word(scrub, host, "HOST");
	if (strlen(url.path) > 1)
		scrub_word(scrub, url.path + 1, "PATH");
}

static void add_person(struct scrub *scrub)
{
	char name[256] = "";
	const struct passwd *user = getpwuid(getuid());
	scrub_word(scrub, getenv("HOME"), "~");
	scrub_word(scrub, getenv("SUDO_USER"), "USER");
	/* root is everybody's */
	if (user && user->pw_uid != 0) {
		scrub_word(scrub, user->pw_dir, "~");
		scrub_word(scrub, user->pw_name, "USER");
	}
	if (gethostname(name, sizeof name - 1) == 0)
		scrub_word(scrub, name, "MACHINE");
}

static void add_all(
	struct scrub *scrub, const struct doctor *doctor, const struct stored_watch *rows, size_t n)
{
	add_person(scrub);
	scrub_word(scrub, doctor->paths.state, "STATE");
	scrub_word(scrub, doctor->paths.config, "CONFIG");
	for (size_t i = 0; doctor->conf && i < doctor->conf->webhooks_n; i++)
		add_webhook(scrub, &doctor->conf->webhooks[i]);
	for (size_t i = 0; doctor->conf && i < doctor->conf->folders_n; i++)
		scrub_word(scrub, doctor->conf->folders[i].path, "FOLDER");
	for (size_t i = 0; i < doctor->watches.n; i++)
		scrub_word(scrub, doctor->watches.list[i].serial, "SERIAL");
	for (size_t i = 0; i < n; i++)
		scrub_word(scrub, rows[i].serial, "SERIAL");
}

static void print_system(void)
{
	struct utsname kernel;
	char line[256];
	AUTO_FCLOSE FILE *release = fopen("/etc/os-release", "re");
	while (release && fgets(line, sizeof line, release))
		if (strncmp(line, "PRETTY_NAME=", 12) == 0)
			(void)printf("system   %s", line + 12);
	if (uname(&kernel) == 0)
		(void)printf("kernel   %s %s\n", kernel.release, kernel.machine);
}

static void print_unit(const char *name, const struct unit_state *unit)
{
	if (unit->known)
		(void)printf("%s  %s, %s, %s, last result %s\n", name, unit->load, unit->active,
			*unit->file ? unit->file : "no unit file",
			*unit->result ? unit->result : "-");
	else
		(void)printf("%s  systemd does not say\n", name);
}

static void print_deliveries(struct store *store)
{
	size_t of[DELIVERY_STATE_COUNT] = { 0 }, n = 0;
	struct delivery *list = NULL;
	if (store_list_deliveries(store, 0, &list, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		of[list[i].state]++;
	(void)fputs("messages", stdout);
	for (size_t i = 0; i < DELIVERY_STATE_COUNT; i++)
		if (of[i])
			(void)printf(" %s %zu", delivery_state_names[i], of[i]);
	(void)putchar('\n');
	deliveries_free(list, n);
}

static void print_store(const struct doctor *doctor)
{
	size_t activities = 0, refused_n = 0;
	struct refused_file *refused = NULL;
	if (!doctor->store) {
		(void)printf("store    cannot be used: %s\n", strerror(-doctor->store_error));
		return;
	}
	(void)store_count_activities(doctor->store, &activities);
	(void)store_list_refused(doctor->store, &refused, &refused_n);
	(void)printf("store    %zu activities, %zu files refused\n", activities, refused_n);
	/* why, without which; a reason may name nothing of the runner's */
	for (size_t i = 0; i < refused_n && i < 20; i++)
		(void)printf("refused  %s\n", refused[i].why);
	refused_free(refused, refused_n);
	print_deliveries(doctor->store);
}

static void print_conf(const struct conf *conf)
{
	if (!conf) {
		(void)puts("settings cannot be used");
		return;
	}
	(void)printf("settings %zu webhooks, %zu folders\n", conf->webhooks_n, conf->folders_n);
	for (size_t i = 0; i < conf->webhooks_n; i++)
		(void)printf("webhook  %s%s%s%s\n", webhook_type_names[conf->webhooks[i].type],
			conf->webhooks[i].secret_file ? ", signed" : "",
			conf->webhooks[i].token_file ? ", with a token" : "",
			strncmp(conf->webhooks[i].url, "https:", 6) == 0 ? "" : ", http");
}

static void print_watches(const struct doctor *doctor, const struct stored_watch *rows, size_t n)
{
	char serial[16];
	for (size_t i = 0; i < doctor->watches.n; i++) {
		const struct watch_here *watch = &doctor->watches.list[i];
		(void)printf("plugged  %s, %s, serial %s, %s: %s\n", watch->name, watch->id,
			mask_serial(watch->serial, serial),
			device_transport_names[watch->transport], watch->layout);
	}
	for (size_t i = 0; i < n; i++)
		(void)printf(
			"known    %s, %s, serial %s, %s, %u of %u new files in, %u refused%s\n",
			rows[i].name, rows[i].usb_id, mask_serial(rows[i].serial, serial),
			rows[i].transport, rows[i].got, rows[i].wanted, rows[i].refused,
			rows[i].here ? ", here" : "");
}

void doctor_report(const struct doctor *doctor, const struct findings *findings)
{
	CLEANUP(scrub_done) struct scrub scrub = { 0 };
	AUTO_FREE struct stored_watch *rows = NULL;
	size_t n = 0;
	if (doctor->store)
		(void)store_list_watches(doctor->store, &rows, &n);
	add_all(&scrub, doctor, rows, n);
	(void)puts("knead    " KNEAD_VERSION);
	print_system();
	(void)printf("service  %s, %s\n", doctor->paths.system ? "system" : "user",
		doctor->daemon_error == 0 ? "kneadd runs" : "kneadd does not run");
	print_unit("system ", &doctor->system_unit);
	print_unit("user   ", &doctor->user_unit);
	print_store(doctor);
	print_conf(doctor->conf);
	print_watches(doctor, rows, n);
	for (size_t i = 0; i < findings->n; i++) {
		(void)printf("found    %s: ", findings->list[i].check);
		scrub_print(&scrub, findings->list[i].what);
		(void)putchar('\n');
	}
	(void)printf("found    %zu by %zu checks\n", findings->n, doctor_checks_n);
}
