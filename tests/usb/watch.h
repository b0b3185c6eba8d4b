/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A simulated watch: an MTP responder behind an emulated USB device node (umockdev), for tests only. It is
 * written from the specification (MTP 1.1, USB-IF) and from what is known of real watches, and shares no
 * code and no table with the initiator it is held against. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WATCH_FAULTS_MAX 32u
#define WATCH_OPERATIONS_MAX 65536u

/* What goes wrong, once the operation it is meant for comes. */
enum watch_fault_kind {
	FAULT_STALL, /* bulk-in stalls after `at` bytes of the answer; then a response `value` */
	FAULT_STALL_OUT, /* the command itself is stalled */
	FAULT_RESPONSE,  /* response `value` at once, where data was due or not (2019 is busy) */
	FAULT_WRONG_ID,  /* data and response carry the id of another transaction */
	FAULT_STRAY,  /* a response of another transaction comes first, then all as it should be */
	FAULT_EVENTS, /* three events on the interrupt endpoint before the answer */
	FAULT_HANG,  /* nothing more after `at` bytes; for `value` ms, or for ever when that is 0 */
	FAULT_SHORT, /* the data phase ends after `at` bytes, then response `value` */
	FAULT_LENGTH, /* the length of the data container is wrong by `value` (signed) */
	FAULT_UNPLUG, /* the cable is pulled after `at` bytes */
	FAULT_PROTO,  /* a transfer error after `at` bytes (a bad contact); it goes on afterwards */
	FAULT_FLIP,   /* byte `at` of the payload is inverted */
	FAULT_NONSENSE, /* the answer is `value` bytes that are no container */
	FAULT_KIND_COUNT,
};

struct watch_fault {
	enum watch_fault_kind kind;
	uint16_t operation; /* 0: any */
	uint32_t on;        /* with this object, by its place in the tree from 1 on; 0: any */
	unsigned nth;       /* from the nth such operation on, counted from 1 */
	unsigned times;     /* for so many; 0: for ever */
	uint64_t at;        /* bytes of the data container (with its header), or of the response */
	int64_t value;
};

enum watch_list {
	LIST_GIVEN,   /* GetObjectPropList as the specification has it */
	LIST_REFUSED, /* offered and answered by a bare response */
	LIST_SINGLE,  /* one property at a time; all at once is refused */
	LIST_ABSENT,  /* not offered */
};

struct watch_profile {
	const char *root; /* a folder: what the storage holds */
	uint16_t vendor, product;
	uint8_t device_class;              /* 0: each interface says */
	uint8_t class, subclass, protocol; /* of the interface */
	uint16_t packet_bytes;             /* of the bulk endpoints: 64 (full speed) or 512 */
	const char *interface_name;        /* NULL: none */
	uint8_t interface; /* the number of the one that speaks MTP; those before it do not */
	uint8_t alternate; /* the setting of that interface in which it has endpoints */
	bool decoys_alike; /* they are of a vendor's class with three endpoints and a name, else of serial ports */
	uint8_t configuration;            /* the value of the active one; 0 stands for 1 */
	bool other_configuration;         /* one with a decoy alone comes before it */
	const char *maker, *model_string; /* strings of the descriptors; NULL: index 0 */
	const char *serial;
	const char *model; /* of GetDeviceInfo */
	const char *storage;
	uint32_t storage_id;
	enum watch_list list;
	bool no_partial; /* no GetPartialObject */
	bool unsplit;    /* header and payload in one transfer */
	bool zlp;        /* a zero-length packet ends a payload that is a multiple of the packet */
	bool root_is_zero; /* the root of GetObjectHandles is asked with parent 0, FFFFFFFF gives nothing */
	bool root_is_all;   /* the question for the root is answered with everything below it; */
	bool folder_is_all; /* the question for a folder as well. The format does not count then */
	bool handles_move;  /* other handles in each session */
	bool size_unknown;  /* ObjectInfo says FFFFFFFF */
	bool session_open;  /* somebody left a session open */
	bool status_stalls; /* class request 67 */
	bool not_mtp;       /* never answers: another protocol */
	bool single_buffers; /* the host's controller takes none that are scattered: libusb splits transfers */
	unsigned busy_claims;  /* how often claiming is refused; UINT_MAX: always */
	unsigned broken_opens; /* how often it cannot be opened; UINT_MAX: always */
	unsigned cancel_polls; /* how often GetDeviceStatus says busy after a cancel */
	unsigned latency_usec; /* before each answer */
	struct watch_fault faults[WATCH_FAULTS_MAX];
	size_t faults_n;
};

/* As a Forerunner 965 shows itself. */
extern const struct watch_profile watch_garmin;

/* What came over the wire. */
struct watch_counts {
	unsigned operations, sessions, transfers_in, transfers_out, control, claims, cancels,
		resets, clears, device_resets;
	uint64_t bytes_in;
	unsigned faults; /* that struck */
	size_t codes_n;
	uint16_t codes[WATCH_OPERATIONS_MAX]; /* each operation, in order */
	unsigned broken_rules;                /* by the initiator: see `rule` */
	char rule[128];                       /* the first of them */
};

struct watch;

/* Makes a testbed and sets UMOCKDEV_DIR for what is started from here on. The profile is copied; the
 * strings and the folder are borrowed. NULL when that fails (a sentence on stderr). */
struct watch *watch_new(const struct watch_profile *profile);
struct watch *watch_free(struct watch *watch);

/* Reads the folder anew and puts the watch on the bus. Returns false when the folder cannot be read. */
bool watch_plug(struct watch *watch);
void watch_unplug(struct watch *watch);
bool watch_is_plugged(struct watch *watch);

/* "/dev/bus/usb/001/004" of the latest plug-in. */
const char *watch_node(const struct watch *watch);

/* Borrowed; stable only while no client runs. */
const struct watch_counts *watch_counts(struct watch *watch);
void watch_forget_counts(struct watch *watch);

/* The profile that holds from the next plug-in on; faults hold at once. */
void watch_change(struct watch *watch, const struct watch_profile *profile);

/* The cable was pulled by a fault; watch_unplug() is still to be called, which tells udev's listeners. */
bool watch_is_gone(struct watch *watch);

/* Starts a program that sees the simulated device. Returns its pid, and a descriptor that becomes readable
 * when it ends; -1. */
int watch_spawn(struct watch *watch, const char *const *arguments, int *ret_pid_fd);

/* To be called first in main(): starts the program anew with umockdev's library (behind a sanitizer's)
 * preloaded, which the programs that it starts inherit. Does not return when it did. */
void watch_preload(char **argv);
