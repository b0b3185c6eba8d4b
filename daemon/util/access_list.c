/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/access_list.h"

#include "base/bytes.h"

/* linux/posix_acl_xattr.h, linux/posix_acl.h */
#define VERSION 2u
#define HEAD_BYTES 4u
#define ENTRY_BYTES 8u

enum tag {
	TAG_OWNER = 1,
	TAG_USER = 2,
	TAG_OWNING_GROUP = 4,
	TAG_GROUP = 8,
	TAG_MASK = 16,
	TAG_OTHER = 32
};

struct entry {
	enum tag tag;
	int rights;
	uint32_t id;
};

static struct entry entry_at(const uint8_t *list, size_t index)
{
	struct bytes in = bytes_of(list + HEAD_BYTES + index * ENTRY_BYTES, ENTRY_BYTES);
	struct entry entry = { .tag = (enum tag)bytes_le16(&in) };
	entry.rights = bytes_le16(&in) & 7;
	entry.id = bytes_le32(&in);
	return entry;
}

static bool is_of_group(
	const struct machine_person *person, const struct stat *st, const struct entry *entry)
{
	gid_t gid = entry->tag == TAG_OWNING_GROUP ? st->st_gid : entry->id;
	bool found = person->gid == gid;
	for (int i = 0; i < person->groups_n; i++)
		found |= person->groups[i] == gid;
	return found;
}

/* What the entries of a tag give: of a named user his own, of groups any that is enough. */
static bool gives(const struct entry *entry, int mask, int want)
{
	return (entry->rights & mask & want) == want;
}

bool access_list_allows(const uint8_t *list, size_t size, const struct stat *st,
	const struct machine_person *person, int want)
{
	int mask = 7;
	bool in_group = false, by_group = false, by_other = false;
	if (person->uid == 0)
		return true;
	if (size < HEAD_BYTES || (size - HEAD_BYTES) % ENTRY_BYTES)
		return false;
	struct bytes head = bytes_of(list, HEAD_BYTES);
	size_t n = (size - HEAD_BYTES) / ENTRY_BYTES;
	if (bytes_le32(&head) != VERSION)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct entry entry = entry_at(list, i);
		if (entry.tag == TAG_OWNER && person->uid == st->st_uid)
			return gives(&entry, 7, want);
		if (entry.tag == TAG_MASK)
			mask = entry.rights;
	}
	for (size_t i = 0; i < n; i++) {
		struct entry entry = entry_at(list, i);
		if (entry.tag == TAG_USER && entry.id == person->uid)
			return gives(&entry, mask, want);
		if ((entry.tag == TAG_OWNING_GROUP || entry.tag == TAG_GROUP) &&
			is_of_group(person, st, &entry)) {
			in_group = true;
			by_group |= gives(&entry, mask, want);
		}
		if (entry.tag == TAG_OTHER)
			by_other = gives(&entry, 7, want);
	}
	return in_group ? by_group : by_other;
}
