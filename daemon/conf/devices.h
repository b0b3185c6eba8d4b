/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which folders of a watch hold what: the tables of config/devices, read as sections that match a device
 * and then say something about it.
 *
 * The built-in tables are the shipped files as they were at build time. Files of the system's folder, then
 * of the administrator's, replace those of the same name or are added; all are read in the order of their
 * names, and the first section that matches wins. */

#include "conf/problems.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct devices;
struct device_section;

/* The tables as a program uses them: built-in, then DATADIR/knead/devices, then /etc/knead/devices.
 * Wrong lines are left out and named in problems (may be NULL).
 * Returns 0; -ENOMEM. */
int devices_load(struct devices **ret, struct problems *problems);

/* The built-in tables overlaid with *.devices of the given folders (a NULL ends the list). */
int devices_load_from(const char *const *folders, struct devices **ret, struct problems *problems);
struct devices *devices_free(struct devices *devices);

static inline void devices_freep(struct devices **devices)
{
	devices_free(*devices);
}

#define DEVICE_FOLDERS_MAX 512u /* with one for each month of an app */
#define DEVICE_TOPS_MAX 4u
#define DEVICE_PATH_BYTES 256u
#define DEVICE_BEGIN_BYTES 64u
#define DEVICE_NAMED_MAX 32u

/* What a device says itself, in a file of its own (GarminDevice.xml), of where its files are. */
struct device_named_folder {
	bool wellness;                  /* nights and days; else activities */
	char path[DEVICE_PATH_BYTES];   /* below the root of its storage */
	char begin[DEVICE_BEGIN_BYTES]; /* of the names of its files; "": any */
};

struct device_named {
	struct device_named_folder folders[DEVICE_NAMED_MAX];
	size_t n;
};

/* Reads such a file. Returns 0, also when it names nothing; a negative errno when it says nothing. */
typedef int (*device_named_fn)(const uint8_t *data, size_t size, struct device_named *ret);

struct device_match {
	const struct device_section *section; /* borrowed from the tables */
	const char *name;                     /* of the section, "garmin"; borrowed */
	const char *maker;                    /* "Garmin"; NULL: the table does not say */
	/* folders with activities, then those with nights and days, that exist, relative to the
	 * root, as the tree spells them */
	char folders[DEVICE_FOLDERS_MAX][DEVICE_PATH_BYTES];
	/* of each: what the names of its files begin with, without regard to case; "": any */
	char begins[DEVICE_FOLDERS_MAX][DEVICE_BEGIN_BYTES];
	size_t folders_n;
	bool too_many; /* there are more, which are left out */
	/* folders of the root that belong to the watch: what else is in them is of no use */
	char tops[DEVICE_TOPS_MAX][DEVICE_PATH_BYTES];
	size_t tops_n;
};

/* Whether the tree below root_fd is laid out like a watch, and if so where its files are. Names are
 * compared without regard to ASCII case; symbolic links are not followed. A section counts when one of its
 * folders exists.
 *
 * named  reads the file in which the device names its folders, whose word then counts before the table's;
 *        NULL: only the table counts
 * Returns false also when the tree cannot be read. */
bool devices_match_tree(const struct devices *devices, int root_fd, device_named_fn named,
	struct device_match *ret);

/* The same for a tree that is not one of this machine. */
struct device_tree {
	/* Calls add(names, NAME) for each folder in the folder `path` ("" is the root), and returns 0, or a
	 * negative errno where it cannot be read. Once a folder named `until` (without regard to case; NULL:
	 * none) was given, the others may be left out. */
	int (*list)(void *userdata, const char *path, const char *until,
		void (*add)(void *names, const char *name), void *names);
	/* Reads the device's own file: `name`, without regard to case, in the folder `path`. Returns as
	 * device_named_fn; -ENOENT when there is none. NULL: such files are not read. */
	int (*describe)(
		void *userdata, const char *path, const char *name, struct device_named *ret);
	void *userdata;
};

bool devices_match_listing(
	const struct devices *devices, const struct device_tree *tree, struct device_match *ret);

/* Whether a tree with these folders in its root (NULL ends the list) is laid out like a watch of the tables,
 * though it may have no folder with activities yet. */
bool devices_know_root(const struct devices *devices, const char *const *folders);

enum device_folder_use {
	DEVICE_FOLDER_SKIP, /* nothing of use in it or below it: GARMIN/Courses */
	DEVICE_FOLDER_PASS, /* its own files are none, a folder below it has some: GARMIN */
	DEVICE_FOLDER_TAKE, /* files of use, or a part of the tree that the table says nothing about */
};

/* What to do with a folder of a matched tree; `path` is relative to its root ("" for itself). */
enum device_folder_use devices_folder_use(const struct device_match *match, const char *path);

/* Whether a file of that name is to be left alone: hidden ones, unfinished ones (temp.fit), or, if the
 * table names endings, one with another. match may be NULL: then only hidden ones ('.' and '~'). */
bool devices_skips_name(
	const struct devices *devices, const struct device_match *match, const char *name);

/* Whether the device itself says that a file of that name in its folder match->folders[folder] is of another
 * kind than those that are read. */
bool devices_skips_beginning(const struct device_match *match, size_t folder, const char *name);

/* What a device on USB shows of itself before anybody speaks to it. Lists end with NULL. */
struct device_usb_facts {
	const char *const *ids;        /* one: "091e:50db" */
	const char *const *classes;    /* of each interface: "ff/ff/00" */
	const char *const *interfaces; /* their names: "MTP" */
	const char *const
		*endpoints; /* of each interface, sorted: "bulk-in,bulk-out,interrupt-in" */
};

enum device_transport {
	DEVICE_TRANSPORT_NONE,  /* nothing here can read it: see advice */
	DEVICE_TRANSPORT_MTP,   /* kneadd-fetch speaks to its node */
	DEVICE_TRANSPORT_DRIVE, /* a volume, which is mounted */
	DEVICE_TRANSPORT_COUNT,
};
extern const char *const device_transport_names[DEVICE_TRANSPORT_COUNT];

/* What the tables say of it; the strings belong to the tables, NULL: they do not say. */
struct device_usb_match {
	const char *name; /* of the section */
	const char *maker, *model;
	const char *advice;  /* a sentence for the runner */
	bool garmin_numbers; /* the product id holds the number that FIT files give */
	enum device_transport transport;
};

/* The first section with a transport that matches. Returns false: this is no watch, as far as known. */
bool devices_match_usb(const struct devices *devices, const struct device_usb_facts *facts,
	struct device_usb_match *ret);
