/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A watch in the same process, behind the transport of an MTP session: it has files, habits and, where it
 * is told to, one fault. Its numbers are written out here; it shares no table with the code it judges.
 *
 * It counts, and it watches the rules: a command while the last transaction is still open, or a command
 * that is not on its short list of reading ones, is remembered as a sin. */

#include "fetch/mtp_transport.h"

#include <stdbool.h>

#define FAKE_OBJECTS_MAX 1400u
#define FAKE_LOG_MAX 20000u
#define FAKE_SIZE_MAX (1 << 20) /* of a file that does not tell its size */

struct fake_object {
	uint32_t handle, parent;
	uint32_t storage; /* 0: in each */
	uint16_t format;
	char name[64], date[24];
	uint8_t *data;
	uint32_t size;
	uint32_t said_size; /* as it describes it; size unless it lies */
};

enum fake_fault {
	FAKE_FINE,
	FAKE_HANG,         /* sends no more bytes from the offset on, until cancelled */
	FAKE_WEDGE,        /* the same, and answers nothing at all until it is opened anew */
	FAKE_DEAD,         /* the same, for good */
	FAKE_UNPLUG,       /* gone at the offset */
	FAKE_CUT,          /* the data ends at the offset; then Incomplete_Transfer */
	FAKE_CUT_OK,       /* the data ends at the offset; then OK */
	FAKE_STALL,        /* stalls at the offset, then answers General_Error */
	FAKE_STALL_OK,     /* stalls ahead of the response, then answers OK */
	FAKE_STALL_MUTE,   /* stalls at the offset and says nothing after that */
	FAKE_STALL_WRITE,  /* stalls the command */
	FAKE_IO,           /* one transfer error at the offset */
	FAKE_BUSY,         /* Device_Busy, three times */
	FAKE_NO_DATA,      /* OK where data was due */
	FAKE_WRONG_DATA,   /* the data has another transaction's id */
	FAKE_WRONG_ANSWER, /* the response has another transaction's id */
	FAKE_STRAY,        /* an old response, then the right thing */
	FAKE_STRAY_DATA,   /* old data, then the right thing */
	FAKE_EVENT,        /* an event on the wrong pipe, then the right thing */
	FAKE_GARBAGE,      /* bytes that are no container at all */
	FAKE_PADDING,      /* some zeros ahead of the response */
	FAKE_NO_SESSION,   /* has forgotten the session */
	FAKE_GENERAL,      /* General_Error */
	FAKE_CLAIMS_MUCH,  /* announces two gigabytes */
	FAKE_LONG,         /* announces and sends more than there is */
	FAKE_ZEROS,        /* the right length, all zeros */
	FAKE_NONSENSE,     /* the right length, all ones */
	FAKE_FLIP,         /* one bit is wrong at the offset */
	FAKE_FAULT_COUNT,
};

enum fake_props { FAKE_PROPS_NONE, FAKE_PROPS_REFUSED, FAKE_PROPS_ALL, FAKE_PROPS_SINGLE };

struct fake_watch {
	struct fake_object objects[FAKE_OBJECTS_MAX];
	size_t objects_n;

	/* habits */
	size_t packet;
	bool split;           /* header and data in transfers of their own */
	bool zlp;             /* an empty packet after data that fills its last one */
	bool no_partial;      /* GetPartialObject is not offered */
	bool no_format;       /* cannot select by format */
	bool root_is_zero;    /* lists the root as parent 0 and refuses 0xFFFFFFFF */
	bool bare_when_empty; /* no handles are told by no data at all */
	uint32_t
		ids_go_on_from; /* somebody's session: ids below are wrong ones; OpenSession is answered so */
	unsigned late_storages;  /* so often there is none when it is asked */
	uint32_t closed_storage; /* Store_Not_Available when its handles are asked for */
	size_t chunk;            /* data goes in transfers of so many bytes; 0: in one */
	bool lists_itself; /* a folder is among what it lists for it, and so is nothing (handle 0) */
	uint32_t denied_handle;    /* Access_Denied when it is asked for in any way */
	uint32_t vanishing_handle; /* it is described, and gone when its bytes are asked for */
	unsigned props_max; /* a list of properties ends after so many objects; 0: it does not */
	uint16_t props_without;  /* of this property nothing is said */
	bool lies_about_parents; /* all of them are: */
	uint32_t told_parent;
	bool root_is_all;           /* the question for the root is answered with all objects */
	bool folder_is_all;         /* so is the question for a folder, whatever the format; */
	bool props_is_all;          /* and for the properties of a folder */
	bool props_without_parent;  /* which do not tell the parent */
	uint32_t busy_handle;       /* Device_Busy when this file is asked for, */
	unsigned busy_times;        /* so often, */
	bool busy_each;             /* and with each other file as well */
	unsigned strays;            /* so many old responses come ahead of each answer */
	unsigned drip_ms;           /* each packet takes so long; 0: none does */
	bool event_after_cancel;    /* which is to be fetched before it says anything else */
	bool waits_for_status;      /* after a stall it says nothing until its status was asked */
	uint32_t piece_max;         /* GetPartialObject gives no more than this; 0: all */
	bool zero_is_all;           /* parent 0xFFFFFFFF is refused, parent 0 gives everything */
	bool stalls_status;         /* does not know the class request */
	bool session_open;          /* from an earlier program */
	bool no_length;             /* data comes with FFFFFFFF for its length */
	bool size_apart;            /* ObjectInfo does not tell the size, a property does; */
	bool no_property;           /* unless properties are not known to it */
	bool may_reset;             /* the owner allows it */
	bool tells_device_file;     /* knows Garmin's 9001, */
	uint32_t wrong_device_file; /* and answers with this handle unless it is 0 */
	enum fake_props props;
	uint32_t storages[4];
	size_t storages_n;

	/* what is wrong, with which operation counted from 1, and where in its bytes */
	enum fake_fault fault;
	unsigned fault_at, fault_for; /* for so many operations, */
	unsigned fault_every;         /* and of these each so many; 0: all */
	size_t fault_offset;

	/* what it saw */
	uint16_t log[FAKE_LOG_MAX];
	unsigned operations, transfers, cancels, reopens, resets, by_code[0x10000];
	unsigned sins;      /* commands out of turn */
	uint16_t forbidden; /* a command that does not only read */
	uint64_t now_ms;
	unsigned quiet_ms[8]; /* how long it was let go of, each time */

	/* what it is at */
	struct fake_packet *queue;
	size_t queue_n, queue_at, queue_capacity;
	bool in_transaction, gone, wedged, dead, stalled_in, stalled_out, io_error;
	unsigned busy_left, status_busy;
	uint32_t transaction;
	bool data_begun; /* so its length was told */
	bool owes_status, owes_event;
};

void fake_init(struct fake_watch *fake);
void fake_done(struct fake_watch *fake);
void fake_transport(struct fake_watch *fake, struct mtp_transport *ret);

/* Plugged in anew: what it saw is forgotten, its files stay. */
void fake_replug(struct fake_watch *fake);

/* Returns the handle. Its data is made of the seed: a FIT file by its checksum. size at least 20. */
uint32_t fake_file(struct fake_watch *fake, uint32_t parent, const char *name, const char *date,
	uint32_t size, uint32_t seed);
/* Its checksum is right again. */
void fake_seal(struct fake_object *object);
uint32_t fake_folder(struct fake_watch *fake, uint32_t parent, const char *name);
struct fake_object *fake_find(struct fake_watch *fake, uint32_t handle);
