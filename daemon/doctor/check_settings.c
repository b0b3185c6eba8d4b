/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings: without errors, readable for the daemon, and secrets for nobody else. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "conf/file.h"
#include "conf/secret.h"
#include "doctor/quote.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A link that leads nowhere is as if there were no settings. */
static void check_link(const struct doctor *doctor, struct findings *findings)
{
	struct stat st;
	char command[QUOTED_BYTES + 32], quoted[QUOTED_BYTES];
	const char *file = doctor->paths.config;
	if (lstat(file, &st) < 0 || !S_ISLNK(st.st_mode) || stat(file, &st) == 0)
		return;
	(void)snprintf(command, sizeof command, "%srm %s", doctor->paths.system ? "sudo " : "",
		quote(file, quoted));
	findings_add(findings, FINDING_FAULT, "settings", command,
		"%s is a symbolic link that leads nowhere, so that nothing of it holds", file);
}

/* What is to be typed for a problem with the settings: of a line, or of a whole file that may not be read. */
static void mend_problem(const struct doctor *doctor, const char *text, char *ret, size_t room)
{
	char file[PATH_MAX], quoted[QUOTED_BYTES], tail[64];
	(void)snprintf(tail, sizeof tail, ": %s", file_why(-EACCES));
	const char *end = strstr(text, tail);
	if (!end) {
		(void)snprintf(ret, room, "%sedit that line, then: knead config check",
			doctor->paths.system ? "as root, " : "");
		return;
	}
	(void)snprintf(file, sizeof file, "%.*s", (int)(end - text), text);
	(void)snprintf(ret, room,
		doctor->paths.system ? "sudo chgrp knead %1$s && sudo chmod g+rX %1$s"
				     : "sudo chown $USER: %1$s && chmod u+rX %1$s",
		quote(file, quoted));
}

void check_settings_errors(const struct doctor *doctor, struct findings *findings)
{
	char command[2 * QUOTED_BYTES + 64];
	if (doctor->paths.system && access(doctor->paths.config, R_OK) < 0 && errno == EACCES) {
		findings_add(findings, FINDING_UNUSABLE, "settings",
			"sudo adduser $USER knead, then log in again", "no right to read %s",
			doctor->paths.config);
		return;
	}
	if (!doctor->problems.n)
		check_link(doctor, findings);
	for (size_t i = 0; i < doctor->problems.n; i++) {
		const struct problem *problem = &doctor->problems.list[i];
		mend_problem(doctor, problem->text, command, sizeof command);
		findings_add(findings,
			problem->level == PROBLEM_ERROR ? FINDING_UNUSABLE : FINDING_FAULT,
			"settings", command, "%s", problem->text);
	}
}

/* Calls back for each file that holds a value, once for a run of values of one file. */
struct file_walk {
	const struct doctor *doctor;
	struct findings *findings;
	const char *last;
	void (*on_file)(const struct file_walk *walk, const char *file);
	const char *key; /* only of this key; NULL: any */
};

static int on_value(const struct conf_value *value, void *userdata)
{
	struct file_walk *walk = userdata;
	if (!value->file || (walk->key && strcmp(value->key, walk->key) != 0) ||
		(walk->last && strcmp(walk->last, value->file) == 0))
		return 0;
	walk->last = value->file;
	walk->on_file(walk, value->file);
	return 0;
}

static void check_readable(const struct file_walk *walk, const char *file)
{
	const struct doctor *doctor = walk->doctor;
	char command[2 * QUOTED_BYTES + 64], quoted[QUOTED_BYTES];
	if (machine_may(&doctor->person, file, R_OK))
		return;
	(void)snprintf(command, sizeof command,
		doctor->paths.system ? "sudo chgrp knead %1$s && sudo chmod g+r %1$s"
				     : "sudo chown $USER: %1$s && chmod u+r %1$s",
		quote(file, quoted));
	findings_add(walk->findings, FINDING_FAULT, "settings-rights", command,
		"kneadd has no right to read %s", file);
}

/* What the settings name is where secrets are sent, so whoever may change them has these. */
static void check_closed(const struct file_walk *walk, const char *file)
{
	char command[QUOTED_BYTES + 64], quoted[QUOTED_BYTES], folder[PATH_MAX];
	const char *open = file;
	(void)snprintf(folder, sizeof folder, "%.4000s", file);
	if (strrchr(folder, '/'))
		*strrchr(folder, '/') = '\0';
	if (!machine_anybody_writes(file)) {
		struct stat st;
		if (!*folder || !machine_anybody_writes(folder) || stat(folder, &st) < 0 ||
			(st.st_mode & S_ISVTX)) /* nobody replaces somebody else's file there */
			return;
		open = folder;
	}
	(void)snprintf(command, sizeof command, "%schmod o-w %s",
		walk->doctor->paths.system ? "sudo " : "", quote(open, quoted));
	findings_add(walk->findings, FINDING_FAULT, "settings-modes", command,
		"every user of this machine can change %s", open);
}

/* Root's, or of whom the daemon runs as: anybody else may change what he owns. */
static void check_owner(const struct file_walk *walk, const char *file)
{
	const struct doctor *doctor = walk->doctor;
	char command[QUOTED_BYTES + 64], quoted[QUOTED_BYTES];
	struct stat st;
	if (stat(file, &st) < 0 || st.st_uid == 0 || st.st_uid == doctor->person.uid ||
		st.st_uid == geteuid())
		return;
	(void)snprintf(command, sizeof command, "sudo chown %s %s",
		doctor->paths.system ? "root" : "$USER", quote(file, quoted));
	findings_add(walk->findings, FINDING_FAULT, "settings-modes", command,
		"%s belongs to somebody else (user %u), who can change it", file,
		(unsigned)st.st_uid);
}

static void check_changes(const struct file_walk *walk, const char *file)
{
	check_owner(walk, file);
	check_closed(walk, file);
}

void check_settings_closed(const struct doctor *doctor, struct findings *findings)
{
	struct file_walk walk = {
		.doctor = doctor, .findings = findings, .on_file = check_changes
	};
	if (doctor->conf)
		(void)conf_each(doctor->conf, on_value, &walk);
}

/* Also a file whose every value another one replaces: the daemon does not start without having read it. */
void check_settings_readable(const struct doctor *doctor, struct findings *findings)
{
	const struct file_walk walk = { .doctor = doctor, .findings = findings };
	const char *config = doctor->paths.config;
	char folder[PATH_MAX], path[PATH_MAX + 300];
	if (!doctor->conf || !doctor->has_person)
		return;
	if (access(config, F_OK) == 0)
		check_readable(&walk, config);
	(void)snprintf(folder, sizeof folder, "%.4000s.d", config);
	DIR *dir = opendir(folder);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!conf_is_drop_in(entry->d_name))
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		check_readable(&walk, path);
	}
	if (dir)
		(void)closedir(dir);
}

void check_settings_hold(const struct doctor *doctor, struct findings *findings)
{
	char digest[CONF_DIGEST_BYTES], command[DOCTOR_COMMAND_BYTES];
	AUTO_FREE char *held = NULL;
	if (!doctor->conf || !doctor->store || doctor->daemon_error != 0 ||
		conf_digest(doctor->conf, digest) < 0 ||
		store_get_fact(doctor->store, CONF_DIGEST_FACT, &held) < 0 || !held ||
		strcmp(held, digest) == 0)
		return;
	findings_add(findings, FINDING_FAULT, "settings-read",
		doctor_systemctl(doctor, "reload", command),
		"kneadd has not read the settings in %s as they are now", doctor->paths.config);
}

static void tell_open(
	const struct doctor *doctor, struct findings *findings, const char *file, const char *what)
{
	char command[2 * QUOTED_BYTES + 64], quoted[QUOTED_BYTES];
	if (!machine_anybody_reads(file))
		return;
	(void)snprintf(command, sizeof command,
		doctor->paths.system ? "sudo chgrp knead %1$s && sudo chmod 640 %1$s"
				     : "chmod 600 %1$s",
		quote(file, quoted));
	findings_add(findings, FINDING_FAULT, "secrets", command,
		"every user of this machine can read %s in %s", what, file);
}

static void check_address(const struct file_walk *walk, const char *file)
{
	tell_open(walk->doctor, walk->findings, file, "the address of a webhook");
}

void check_secrets_hidden(const struct doctor *doctor, struct findings *findings)
{
	/* whoever knows the address of a topic or a hook can use it */
	struct file_walk walk = {
		.doctor = doctor, .findings = findings, .on_file = check_address, .key = "url"
	};
	if (!doctor->conf)
		return;
	(void)conf_each(doctor->conf, on_value, &walk);
	for (size_t i = 0; i < doctor->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &doctor->conf->webhooks[i];
		if (webhook->secret_file && *webhook->secret_file == '/')
			tell_open(doctor, findings, webhook->secret_file, "the key");
		if (webhook->token_file && *webhook->token_file == '/')
			tell_open(doctor, findings, webhook->token_file, "the token");
	}
}

/* What stands behind "NAME" in "LoadCredential=NAME:/etc/knead/phone.secret", or in another setting that ends in
 * Credential or CredentialEncrypted; NULL when there is no such line. A line that is a comment says nothing. */
static const char *find_credential(const char *text, const char *name)
{
	static const char *const settings[] = { "LoadCredential=", "LoadCredentialEncrypted=",
		"SetCredential=", "SetCredentialEncrypted=", "ImportCredential=" };
	size_t size = strlen(name);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
			const char *value = line + strlen(settings[i]);
			if (strncmp(line, settings[i], strlen(settings[i])) == 0 &&
				strncmp(value, name, size) == 0 && strchr(": \n", value[size]))
				return value + size;
		}
	}
	return NULL;
}

/* The file that systemd reads for it, as root. */
static void check_credential_file(
	const struct doctor *doctor, struct findings *findings, const char *value)
{
	char file[PATH_MAX], command[QUOTED_BYTES + 96], quoted[QUOTED_BYTES];
	struct stat st;
	if (strncmp(value, ":/", 2) != 0)
		return;
	(void)snprintf(file, sizeof file, "%.*s", (int)strcspn(value + 1, "\n"), value + 1);
	(void)snprintf(command, sizeof command,
		"write the receiver's key or token into it, one line, then: %s",
		doctor_systemctl(doctor, "restart", quoted));
	if (stat(file, &st) < 0 && errno == ENOENT)
		findings_add(findings, FINDING_FAULT, "secret-rights", command,
			"%s does not exist, and without it the service does not start", file);
	(void)snprintf(command, sizeof command, "%schmod o= %s",
		doctor->paths.system ? "sudo " : "", quote(file, quoted));
	if (machine_anybody_reads(file))
		findings_add(findings, FINDING_FAULT, "secrets", command,
			"every user of this machine can read %s", file);
}

static void check_credential(
	const struct doctor *doctor, struct findings *findings, const char *name)
{
	char text[UNIT_TEXT_BYTES], command[DOCTOR_COMMAND_BYTES], edit[DOCTOR_COMMAND_BYTES];
	if (!*unit_text(!doctor->paths.system, text))
		return;
	const char *value = find_credential(text, name);
	if (value) {
		check_credential_file(doctor, findings, value);
		return;
	}
	(void)snprintf(command, sizeof command,
		"%.60s, and there: [Service] and a line LoadCredential=%.60s:FILE",
		doctor_systemctl(doctor, "edit", edit), name);
	findings_add(findings, FINDING_FAULT, "secret-rights", command,
		"the service is given no credential %s", name);
}

static void check_secret(
	const struct doctor *doctor, struct findings *findings, const char *file, bool signs)
{
	char why[SECRET_WHY_BYTES], command[2 * QUOTED_BYTES + 64], quoted[QUOTED_BYTES];
	AUTO_SECRET struct secret secret = { .size = 0 };
	AUTO_WEBHOOK_KEY struct webhook_key key = { .size = 0 };
	if (!file)
		return;
	if (*file != '/') { /* a credential: only the service sees it */
		check_credential(doctor, findings, file);
		return;
	}
	int r = conf_read_secret(file, &secret, why);
	(void)snprintf(command, sizeof command,
		doctor->paths.system ? "sudo chgrp knead %1$s && sudo chmod 640 %1$s"
				     : "sudo chown $USER: %1$s && chmod 600 %1$s",
		quote(file, quoted));
	if (r == -EACCES
			? !machine_may(&doctor->person, file, R_OK)
			: r == 0 && doctor->has_person && !machine_may(&doctor->person, file, R_OK))
		findings_add(findings, FINDING_FAULT, "secret-rights", command,
			"kneadd has no right to read %s", file);
	else if (r < 0 && r != -EACCES)
		findings_add(findings, FINDING_FAULT, "secret-rights",
			"write the receiver's key or token into it, one line", "%s", why);
	else if (r == 0 && signs && webhook_key_decode(secret.text, secret.size, &key) < 0)
		findings_add(findings, FINDING_FAULT, "secret-rights",
			"write the receiver's key into it, one line whsec_...",
			"%s does not hold whsec_ and the base64 of 24 to 64 bytes", file);
}

void check_secrets_readable(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; doctor->conf && i < doctor->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &doctor->conf->webhooks[i];
		if (webhook->type == WEBHOOK_TYPE_GENERIC)
			check_secret(doctor, findings, webhook->secret_file, true);
		check_secret(doctor, findings, webhook->token_file, false);
	}
}
