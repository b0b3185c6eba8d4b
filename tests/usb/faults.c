/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every fault at every operation, at seeded places, on the real kneadd-fetch with the real libusb: nothing
 * wrong is taken, nothing is written, no rule of the protocol is broken, it ends in bounded time, and what
 * did not come in this plug-in comes in the next.
 *
 *   faults FETCH-PROGRAM [NUMBER]  all cases, or one */
#include "usb/reading.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 6u
#define CASES_MAX 2000u
#define TIMEOUT_MS 120000u
#define SEED 20260516u

/* What a fault may cost. */
enum cost {
	COST_NOTHING, /* all files come in this plug-in all the same */
	COST_FILE,    /* one file may have to wait for the next plug-in */
	COST_PLUG_IN, /* so may all */
};

static const struct kind {
	const char *name;
	struct watch_fault fault;
	enum cost cost;
	unsigned places; /* how many offsets are tried */
} kinds[] = {
	{ "silence until it is cancelled", { .kind = FAULT_HANG }, COST_PLUG_IN,
		1 }, /* slow ones first */
	{ "stall, then an error", { .kind = FAULT_STALL, .value = 0x2002 }, COST_PLUG_IN, 3 },
	{ "stall, then on", { .kind = FAULT_STALL }, COST_PLUG_IN, 2 },
	{ "stalled command", { .kind = FAULT_STALL_OUT }, COST_PLUG_IN, 1 },
	{ "busy", { .kind = FAULT_RESPONSE, .value = 0x2019 }, COST_NOTHING, 1 },
	{ "general error", { .kind = FAULT_RESPONSE, .value = 0x2002 }, COST_PLUG_IN, 1 },
	{ "no session", { .kind = FAULT_RESPONSE, .value = 0x2003 }, COST_PLUG_IN, 1 },
	{ "session open", { .kind = FAULT_RESPONSE, .value = 0x201e }, COST_PLUG_IN, 1 },
	{ "other transaction", { .kind = FAULT_WRONG_ID }, COST_PLUG_IN, 1 },
	{ "old response", { .kind = FAULT_STRAY }, COST_NOTHING, 1 },
	{ "events", { .kind = FAULT_EVENTS }, COST_NOTHING, 1 },
	{ "a pause", { .kind = FAULT_HANG, .value = 300 }, COST_NOTHING, 2 },
	{ "short", { .kind = FAULT_SHORT, .value = 0x2007 }, COST_PLUG_IN, 3 },
	{ "short, said to be whole", { .kind = FAULT_SHORT, .value = 0x2001 }, COST_PLUG_IN, 3 },
	{ "length too small", { .kind = FAULT_LENGTH, .value = -3 }, COST_PLUG_IN, 1 },
	{ "length too large", { .kind = FAULT_LENGTH, .value = 700 }, COST_PLUG_IN, 1 },
	{ "unplugged", { .kind = FAULT_UNPLUG }, COST_PLUG_IN, 4 },
	{ "bad contact", { .kind = FAULT_PROTO }, COST_PLUG_IN, 3 },
	{ "flipped byte", { .kind = FAULT_FLIP }, COST_PLUG_IN, 2 },
	{ "nonsense", { .kind = FAULT_NONSENSE, .value = 40 }, COST_PLUG_IN, 1 },
	{ "short nonsense", { .kind = FAULT_NONSENSE, .value = 5 }, COST_PLUG_IN, 1 },
};

struct one {
	const struct kind *kind;
	struct watch_fault fault;
	unsigned habits;
};

struct all {
	const char *fetch, *scratch;
	struct one list[CASES_MAX];
	size_t n;
};

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static struct watch_profile profile_of(unsigned habits, const char *root)
{
	struct watch_profile profile = watch_garmin;
	profile.root = root;
	profile.unsplit = habits & 1;
	profile.zlp = habits & 2;
	profile.packet_bytes = habits & 4 ? 64 : 512;
	profile.list = habits & 8 ? LIST_ABSENT : LIST_GIVEN;
	profile.status_stalls = habits & 16;
	profile.root_is_all = habits & 32;
	profile.folder_is_all = habits & 64;
	profile.interface = habits & 128 ? 2 : 0;
	profile.other_configuration = habits & 256;
	profile.configuration = habits & 512 ? 2 : 1;
	profile.root_is_zero = habits & 1024;
	profile.handles_move = habits & 2048;
	profile.size_unknown = habits & 4096;
	profile.session_open = habits & 8192;
	profile.no_partial = habits & 16384;
	profile.cancel_polls = 2;
	return profile;
}

static bool make_world(struct reading_world *world, const struct all *all, char root[512])
{
	bool made = reading_world_make(world, all->scratch, all->fetch) &&
		    reading_world_add(world, "2026-05-10-06-00-00.fit", 700, 1) &&
		    reading_world_add(world, "2026-05-11-06-00-00.fit", 2048, 2) &&
		    reading_world_add(world, "2026-05-12-06-00-00.fit", 9001, 3) &&
		    reading_world_add(world, "2026-05-13-06-00-00.fit", 400000, 4);
	(void)snprintf(root, 512, "%s/storage", world->folder);
	return made;
}

static bool is_reading(uint16_t code)
{
	static const uint16_t reading[] = { 0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007,
		0x1008, 0x1009, 0x101b, 0x9001, 0x9801, 0x9803, 0x9805, 0x95c1 };
	for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
		if (reading[i] == code)
			return true;
	return false;
}

/* Returns NULL, or what is wrong. */
static const char *judge_wire(struct watch *watch)
{
	const struct watch_counts *counts = watch_counts(watch);
	for (size_t i = 0; i < counts->codes_n; i++)
		if (!is_reading(counts->codes[i]))
			return "an operation that does not read";
	if (counts->broken_rules)
		return counts->rule;
	return counts->resets || counts->device_resets ? "a reset" : NULL;
}

static const char *judge_first(
	const struct one *one, const struct reading_world *world, const struct reading *reading)
{
	unsigned missing = 0;
	for (size_t i = 0; i < world->n; i++)
		missing += world->taken[i] == 0;
	if (reading->alive)
		return "it did not end";
	if (reading->exit_status != 0 || !reading->ended)
		return "it did not end in good order";
	if (reading->wrong)
		return "wrong bytes were taken";
	if (one->kind->cost == COST_NOTHING && missing)
		return "a file is missing that could have come";
	if (one->kind->cost == COST_FILE && missing > 1)
		return "more than one file is missing";
	if (missing && reading->status == 0 && reading->refused == 0 && reading->got + missing != 4)
		return "it says that all is well";
	return NULL;
}

static const char *run_in(const struct one *one, struct reading_world *world, const char *root,
	struct reading *reading)
{
	struct watch_profile profile = profile_of(one->habits, root);
	profile.faults[profile.faults_n++] = one->fault;
	struct watch *watch = watch_new(&profile);
	const char *wrong = watch && watch_plug(watch) ? NULL : "the watch cannot be made";
	if (!wrong && !reading_run(world, watch, TIMEOUT_MS, reading))
		wrong = "kneadd-fetch cannot be started";
	if (!wrong)
		wrong = judge_first(one, world, reading);
	if (!wrong && !watch_counts(watch)->faults)
		wrong = "nothing went wrong: this is no case";
	if (!wrong)
		wrong = judge_wire(watch);
	if (!wrong) {
		profile.faults_n = 0;
		watch_change(watch, &profile);
		watch_unplug(watch);
		if (!watch_plug(watch) || !reading_run(world, watch, TIMEOUT_MS, reading))
			wrong = "it cannot be plugged in again";
		else if (reading->status != 0 || reading->wrong || !reading_world_is_whole(world))
			wrong = "the next plug-in did not bring the rest";
		else
			wrong = judge_wire(watch);
	}
	watch_free(watch);
	return wrong;
}

static int run_one(const struct all *all, size_t index)
{
	const struct one *one = &all->list[index];
	struct reading_world world;
	struct reading reading = { 0 };
	char root[512];
	if (!make_world(&world, all, root))
		return 2;
	const char *wrong = run_in(one, &world, root, &reading);
	if (wrong)
		(void)printf("FAILED %zu: %s (operation %04x, nth %u, at %llu, habits %u): %s"
			     " [got %u, refused %u, status %d, exit %d, %s]\n",
			index, one->kind->name, one->fault.operation, one->fault.nth,
			(unsigned long long)one->fault.at, one->habits, wrong, reading.got,
			reading.refused, reading.status, reading.exit_status, reading.why);
	(void)fflush(stdout);
	reading_world_remove(&world);
	return wrong != NULL;
}

static void add(struct all *all, const struct kind *kind, uint16_t operation, unsigned nth,
	uint64_t at, unsigned habits)
{
	if (all->n == CASES_MAX)
		return;
	struct one *one = &all->list[all->n++];
	*one = (struct one) { .kind = kind, .fault = kind->fault, .habits = habits };
	one->fault.operation = operation;
	one->fault.nth = nth;
	one->fault.times = 1;
	one->fault.at = at;
}

/* The operations that are used, and how much of their answer there is to spoil. */
static const struct {
	uint16_t code;
	unsigned times;
	uint32_t bytes;
	unsigned habits;  /* bits that must be set; */
	unsigned without; /* and must not */
} used[] = {
	{ 0x1001, 1, 240, 0, 0 },
	{ 0x1002, 1, 12, 0, 0 },
	{ 0x1004, 1, 20, 0, 0 },
	{ 0x1007, 2, 32, 0, 0 },
	{ 0x1008, 4, 160, 8, 0 },
	{ 0x9805, 1, 900, 0, 8 | 32 | 64 },
	{ 0x9803, 4, 20, 8 | 4096, 0 },
	{ 0x9001, 1, 16, 0, 0 },
	{ 0x1009, 3, 9000, 0, 0 },
	{ 0x101b, 1, 262144, 0, 16384 },
	{ 0x1003, 1, 12, 0, 0 },
};

static void add_all(struct all *all)
{
	uint32_t state = SEED;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t u = 0; u < sizeof used / sizeof *used; u++)
			for (unsigned p = 0; p < kinds[k].places; p++) {
				unsigned habits = next_random(&state) & 32767;
				habits = (habits | used[u].habits) & ~used[u].without;
				uint64_t at = p == 0   ? 0
					      : p == 1 ? 12
						       : next_random(&state) % used[u].bytes;
				add(all, &kinds[k], used[u].code,
					1 + next_random(&state) % used[u].times, at, habits);
			}
}

static int run_all(const struct all *all)
{
	unsigned running = 0, failed = 0;
	for (size_t next = 0; next < all->n || running;) {
		if (next < all->n && running < WORKERS) {
			pid_t pid = fork();
			if (pid == 0) {
				(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
				_exit(run_one(all, next));
			}
			running += pid > 0;
			next++;
			continue;
		}
		int status = 0;
		if (wait(&status) > 0) {
			running--;
			failed += status != 0;
		}
	}
	(void)printf("%zu cases, %u failed\n", all->n, failed);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	watch_preload(argv);
	struct all *all = calloc(1, sizeof *all);
	if (argc < 2 || !all)
		return 2;
	const char *scratch = getenv("TMPDIR");
	all->fetch = argv[1];
	all->scratch = scratch ? scratch : "/tmp";
	add_all(all);
	int r = argc > 2 ? run_one(all, strtoul(argv[2], NULL, 10)) : run_all(all);
	free(all);
	return r;
}
