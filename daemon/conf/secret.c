/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/secret.h"

#include "base/cleanup.h"
#include "conf/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void secret_wipe(struct secret *secret)
{
	explicit_bzero(secret, sizeof *secret);
}

void webhook_key_wipe(struct webhook_key *key)
{
	explicit_bzero(key, sizeof *key);
}

__attribute__((format(printf, 3, 4))) static int refuse(
	int error, char *ret_why, const char *format, ...)
{
	if (!ret_why)
		return error;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(ret_why, SECRET_WHY_BYTES, format, arguments);
	va_end(arguments);
	return error;
}

/* Where the file is: as it stands, or among the credentials of the service. */
static int locate(const char *file, char ret[PATH_MAX], char *ret_why)
{
	int size;
	if (*file == '/') {
		size = snprintf(ret, PATH_MAX, "%s", file);
	} else {
		if (!*file || strchr(file, '/') || *file == '.')
			return refuse(-EINVAL, ret_why,
				"%s: must be an absolute path or the name of a systemd credential",
				file);
		const char *folder = getenv("CREDENTIALS_DIRECTORY");
		if (!folder || !*folder)
			return refuse(-ENOENT, ret_why,
				"%s: there are no systemd credentials here; add LoadCredential=%s:"
				"PATH to the service, or give an absolute path",
				file, file);
		size = snprintf(ret, PATH_MAX, "%s/%s", folder, file);
	}
	if (size >= PATH_MAX)
		return refuse(-ENAMETOOLONG, ret_why, "the path is too long");
	return 0;
}

/* One line: what follows the first line end must be nothing. */
static const char *check_line(struct secret *secret)
{
	while (secret->size && strchr("\r\n", secret->text[secret->size - 1]))
		secret->size--;
	secret->text[secret->size] = '\0';
	if (!secret->size)
		return "is empty";
	if (memchr(secret->text, '\n', secret->size))
		return "holds more than one line";
	for (size_t i = 0; i < secret->size; i++) {
		unsigned char c = (unsigned char)secret->text[i];
		if (c < 0x20 || c == 0x7f)
			return "holds control characters";
	}
	return NULL;
}

static int read_at(const char *path, struct secret *secret, char *ret_why)
{
	struct stat st;
	AUTO_CLOSE int fd = file_open(AT_FDCWD, path, &st);
	int r = fd < 0 ? fd : file_read(fd, secret->text, SECRET_FILE_BYTES, &secret->size);
	if (r < 0)
		return refuse(r, ret_why, "%s: %s", path,
			r == -EFBIG ? "is larger than 4096 bytes" : file_why(r));
	secret->world_readable = st.st_mode & S_IROTH;
	const char *why = check_line(secret);
	if (why)
		return refuse(-EINVAL, ret_why, "%s: %s; must be one line", path, why);
	return 0;
}

int conf_read_secret(const char *file, struct secret *ret, char *ret_why)
{
	char path[PATH_MAX];
	int r = locate(file, path, ret_why);
	if (r < 0)
		return r;
	AUTO_SECRET struct secret secret = { .size = 0 };
	r = read_at(path, &secret, ret_why);
	if (r < 0)
		return r;
	*ret = secret;
	return 0;
}

/* 0 to 63; 64 for a letter that base64 does not have. */
static unsigned sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Base64 of RFC 4648 section 4, whose last group may lack its padding. */
static int decode(const char *text, size_t size, struct webhook_key *key)
{
	size_t padding = 0;
	while (size && text[size - 1] == '=' && padding < 2) {
		size--;
		padding++;
	}
	if (size % 4 == 1 || (padding && (size + padding) % 4 != 0))
		return -EINVAL;
	unsigned pending = 0, bits = 0;
	for (size_t i = 0; i < size; i++) {
		unsigned value = sextet(text[i]);
		if (value == 64)
			return -EINVAL;
		pending = (pending << 6 | value) & 0xffff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (key->size == sizeof key->bytes)
			return -EINVAL;
		key->bytes[key->size++] = (uint8_t)(pending >> bits);
	}
	/* bits left over must be zero, or two texts would be one key */
	return pending & ((1u << bits) - 1) ? -EINVAL : 0;
}

int webhook_key_decode(const char *text, size_t size, struct webhook_key *ret)
{
	static const char prefix[] = "whsec_";
	size_t skip = sizeof prefix - 1;
	if (size < skip || memcmp(text, prefix, skip) != 0)
		return -EINVAL;
	AUTO_WEBHOOK_KEY struct webhook_key key = { .size = 0 };
	int r = decode(text + skip, size - skip, &key);
	if (r < 0)
		return r;
	if (key.size < WEBHOOK_KEY_MIN_BYTES)
		return -EINVAL;
	*ret = key;
	return 0;
}
