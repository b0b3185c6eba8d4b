/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/webhook_draft.h"

#include "base/cleanup.h"
#include "conf/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define TOPIC_SYMBOLS 26u /* of five bits */
#define KEY_BYTES 32u

void webhook_draft_done(struct webhook_draft *draft)
{
	explicit_bzero(draft, sizeof *draft);
}

static void fill_random(uint8_t *bytes, size_t size)
{
	size_t have = 0;
	while (have < size) {
		ssize_t n = getrandom(bytes + have, size - have, 0);
		have += n > 0 ? (size_t)n : 0; /* only a signal can cut it short */
	}
}

void webhook_draft_topic(struct webhook_draft *draft, const char *server)
{
	static const char symbols[32] =
		"abcdefghijkmnpqrstuvwxyz23456789"; /* none that look alike */
	uint8_t random[TOPIC_SYMBOLS];
	char topic[TOPIC_SYMBOLS + 1];
	size_t size = strlen(server);
	fill_random(random, sizeof random);
	for (size_t i = 0; i < TOPIC_SYMBOLS; i++)
		topic[i] = symbols[random[i] % sizeof symbols];
	topic[TOPIC_SYMBOLS] = '\0';
	while (size && server[size - 1] == '/')
		size--;
	(void)snprintf(draft->url, sizeof draft->url, "%.*s/knead-%s", (int)size, server, topic);
	explicit_bzero(random, sizeof random);
	explicit_bzero(topic, sizeof topic);
}

/* FOLDER/NAME.KIND, beside the settings and not among the drop-ins. */
static int name_file(const struct webhook_draft *draft, const struct conf_paths *paths,
	const char *kind, char ret[PATH_MAX])
{
	const char *slash = strrchr(paths->config, '/');
	AUTO_FREE char *folder =
		slash ? strndup(paths->config, (size_t)(slash - paths->config)) : strdup(".");
	AUTO_FREE char *whole = folder ? realpath(*folder ? folder : "/", NULL) : NULL;
	if (!folder)
		return -ENOMEM;
	int size = snprintf(ret, PATH_MAX, "%s/%s.%s", whole ? whole : folder, draft->name, kind);
	return size >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static void encode(const uint8_t *bytes, size_t n, char *ret)
{
	static const char symbols[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	enum { PAD = 64 };
	for (size_t i = 0; i < n; i += 3) {
		uint32_t three = (uint32_t)bytes[i] << 16;
		three |= i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0;
		three |= i + 2 < n ? (uint32_t)bytes[i + 2] : 0;
		*ret++ = symbols[three >> 18];
		*ret++ = symbols[three >> 12 & 63];
		*ret++ = symbols[i + 1 < n ? three >> 6 & 63 : PAD];
		*ret++ = symbols[i + 2 < n ? three & 63 : PAD];
	}
	*ret = '\0';
}

int webhook_draft_secret(struct webhook_draft *draft, const struct conf_paths *paths)
{
	AUTO_SECRET struct secret there = { .size = 0 };
	AUTO_WEBHOOK_KEY struct webhook_key key = { .size = 0 };
	uint8_t random[KEY_BYTES];
	int r = name_file(draft, paths, "secret", draft->secret_file);
	if (r < 0)
		return r;
	r = conf_read_secret(draft->secret_file, &there, NULL);
	if (r == 0)
		return webhook_key_decode(there.text, there.size, &key) < 0 ? -EEXIST : 0;
	if (r != -ENOENT)
		return -EEXIST;
	fill_random(random, sizeof random);
	memcpy(draft->secret, "whsec_", 6);
	encode(random, sizeof random, draft->secret + 6);
	explicit_bzero(random, sizeof random);
	return 0;
}

int webhook_draft_token(
	struct webhook_draft *draft, const struct conf_paths *paths, const char *token)
{
	int r = name_file(draft, paths, "token", draft->token_file);
	if (r < 0)
		return r;
	if (access(draft->token_file, F_OK) == 0)
		return -EEXIST;
	(void)snprintf(draft->token, sizeof draft->token, "%s", token);
	return 0;
}

static void add_line(FILE *out, const char *key, const char *value)
{
	if (*value)
		(void)fprintf(out, "%s = %s\n", key, value);
}

int webhook_draft_text(const struct webhook_draft *draft, char **ret)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	(void)fprintf(out,
		"# Written by knead webhook add. Whoever knows what stands here can read the notes "
		"or write some.\n[webhook %s]\n",
		draft->name);
	add_line(out, "type", webhook_type_names[draft->type]);
	add_line(out, "url", draft->url);
	add_line(out, "secret_file", draft->secret_file);
	add_line(out, "token_file", draft->token_file);
	add_line(out, "events", draft->events);
	add_line(out, "allow_plain_http", draft->plain_http ? "yes" : "");
	bool good = !ferror(out);
	if (fclose(out) != 0 || !good) {
		free(text);
		return -ENOMEM;
	}
	*ret = text;
	return 0;
}
