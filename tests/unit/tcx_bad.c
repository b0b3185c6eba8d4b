/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are broken, hostile or too large, and odd ones that are not. */
#include "support/test.h"

#include "base/cleanup.h"
#include "tcx/tcx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define OPEN "<TrainingCenterDatabase><Activities><Activity Sport=\"Running\">"
#define POINT "<Trackpoint><Time>2026-05-03T06:00:00Z</Time></Trackpoint>"
#define CLOSE "</Activity></Activities></TrainingCenterDatabase>"

static struct decoded_file file;
static struct parse_error why;

static int decode(const void *data, size_t size)
{
	decoded_file_done(&file);
	why = (struct parse_error) { 0 };
	return tcx_decode(data, size, &file, &why);
}

#define DECODE(literal) decode(literal, sizeof(literal) - 1)

static int teardown(void **state)
{
	(void)state;
	decoded_file_done(&file);
	return 0;
}

static void nothing_and_garbage_are_refused(void **state)
{
	(void)state;
	assert_int_equal(decode("", 0), -EBADMSG);
	assert_string_equal(why.what, "the file is empty");
	assert_int_equal(DECODE(" \r\n\t"), -EBADMSG);
	assert_int_equal(DECODE("\xef\xbb\xbf"), -EBADMSG);
	assert_int_equal(DECODE("hello"), -EBADMSG);
	assert_int_equal(DECODE("<"), -EBADMSG);
	assert_int_equal(DECODE("\0\0\0\0\0\0"), -EBADMSG);
	assert_int_equal(DECODE("\x1f\x8b\x08\0\0\0"), -EBADMSG);
	assert_non_null(why.what);
	assert_false(file.valid);
}

static void another_kind_of_xml_is_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(DECODE("<?xml version=\"1.0\"?><gpx><Activity/></gpx>"), -EBADMSG);
	assert_string_equal(why.what, "not a TrainingCenterDatabase");
	assert_int_equal(file.activities_n, 0);
}

/* The library compares each attribute with each other one. */
static void a_tag_without_end_is_refused_before_it_takes_hours(void **state)
{
	(void)state;
	static char text[4 << 20];
	static const struct {
		const char *begin, *each; /* %05u */
	} rows[] = { { OPEN "<Lap", " a%u=\"\"" }, { OPEN "<Lap", " a%u='>'" },
		{ OPEN "<Lap", " a%u=\"'>\"" }, { OPEN "<Lap", " xmlns:n%u=\"u%u\"" },
		{ "<TrainingCenterDatabase", " a%u=\"\"" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t size = (size_t)snprintf(text, sizeof text, "%s", rows[i].begin);
		for (unsigned n = 0; size < sizeof text - 100; n++)
			size += (size_t)snprintf(
				text + size, sizeof text - size, rows[i].each, n, n);
		size += (size_t)snprintf(text + size, sizeof text - size, "/>" CLOSE);
		assert_int_equal(decode(text, size), -EBADMSG);
		assert_string_equal(why.what, "a tag of more than 8 KiB");
	}
}

/* What is no tag may be long, and hold whatever it likes. */
static void long_notes_and_comments_are_no_long_tags(void **state)
{
	(void)state;
	static char text[1 << 20], filler[20000];
	memset(filler, 'x', sizeof filler - 1);
	static const char *const rows[] = {
		OPEN "<!-- a < b, it's %s --><Notes>%s</Notes>" CLOSE,
		OPEN "<Notes><![CDATA[I <3 it, it's \"good %s]]></Notes><Lap/>" CLOSE,
		"<?xml version=\"1.0\"?><?odd < ' %s?>" OPEN CLOSE,
		OPEN "<Notes>it's &lt;3 %s</Notes><Lap StartTime='2026-05-03T06:00:00Z'/>" CLOSE,
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int size = snprintf(text, sizeof text, rows[i], filler, filler);
		assert_int_equal(decode(text, (size_t)size), 0);
		assert_true(file.valid);
	}
}

static void a_doctype_is_refused_whatever_it_holds(void **state)
{
	(void)state;
	assert_int_equal(DECODE("<!DOCTYPE TrainingCenterDatabase>" OPEN CLOSE), -EBADMSG);
	assert_string_equal(why.what, "a DOCTYPE is refused");
	assert_int_equal(DECODE("<!DOCTYPE t [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;&a;&a;\">]>" OPEN
				"<Id>&c;</Id>" CLOSE),
		-EBADMSG);
	assert_string_equal(why.what, "a DOCTYPE is refused");
	assert_int_equal(DECODE("<!DOCTYPE t SYSTEM \"file:///etc/passwd\">" OPEN CLOSE), -EBADMSG);
	assert_string_equal(why.what, "a DOCTYPE is refused");
}

static void blanks_and_a_mark_in_front_are_fine(void **state)
{
	(void)state;
	assert_int_equal(DECODE(" \r\n\t<?xml version=\"1.0\"?>" OPEN POINT CLOSE), 0);
	assert_true(file.valid);
	assert_int_equal(DECODE("\xef\xbb\xbf\n <?xml version=\"1.0\"?>" OPEN POINT CLOSE), 0);
	assert_true(file.valid);
	assert_int_equal(file.activities[0].records_n, 1);
}

static void what_a_broken_file_yields_is_kept(void **state)
{
	(void)state;
	static const char text[] =
		"  " OPEN "<Lap StartTime=\"2026-05-03T06:00:00Z\"><TotalTimeSeconds>60"
		"</TotalTimeSeconds><Track>" POINT POINT "<Trackpoint><Time>2026</Oops>";
	assert_int_equal(DECODE(text), 0);
	assert_false(file.valid);
	assert_int_equal(file.activities_n, 1);
	assert_int_equal(file.activities[0].records_n, 2); /* the half one is none */
	assert_int_equal(file.activities[0].summary.records, 2);
	assert_near(file.activities[0].summary.stated.timer_s, 60, 0);
	assert_int_equal(file.problems_n, 1);
	assert_string_equal(file.problems[0].what, "an end tag does not match its start tag");
	assert_in_range(file.problems[0].offset, sizeof text - 12, sizeof text);
	assert_int_equal(DECODE(OPEN POINT), 0);
	assert_false(file.valid);
	assert_int_equal(file.activities[0].records_n, 1);
	assert_int_equal(DECODE("<TrainingCenterDatabase><Courses>"), -EBADMSG);
}

static void a_nul_byte_is_never_well_formed(void **state)
{
	(void)state;
	assert_int_equal(DECODE(OPEN POINT CLOSE "\0"), 0);
	assert_false(file.valid);
	assert_string_equal(file.problems[0].what, "a NUL byte");
	assert_int_equal(file.problems[0].offset, sizeof(OPEN POINT CLOSE) - 1);
	assert_int_equal(file.activities[0].records_n, 1);
	assert_int_equal(DECODE(OPEN POINT "\0" CLOSE), 0);
	assert_false(file.valid);
	assert_int_equal(DECODE(OPEN POINT CLOSE "\n\0\0<x"), 0);
	assert_false(file.valid);
}

static void bytes_behind_the_end_are_not_well_formed(void **state)
{
	(void)state;
	assert_int_equal(DECODE(OPEN POINT CLOSE "tail"), 0);
	assert_false(file.valid);
	assert_int_equal(DECODE(OPEN POINT CLOSE "\n<!-- fine -->\n"), 0);
	assert_true(file.valid);
	assert_int_equal(DECODE(OPEN POINT CLOSE "<again/>"), 0);
	assert_false(file.valid);
}

static void bytes_that_are_no_text_end_the_file(void **state)
{
	(void)state;
	assert_int_equal(DECODE(OPEN POINT "<Notes>\xff\xfe</Notes>" CLOSE), 0);
	assert_false(file.valid);
	assert_int_equal(file.activities[0].records_n, 1);
	assert_int_equal(DECODE(OPEN POINT "<Notes>&nope;</Notes>" CLOSE), 0);
	assert_false(file.valid);
	assert_string_equal(file.problems[0].what, "an entity that is not declared");
}

static void an_undeclared_prefix_is_only_noted(void **state)
{
	(void)state;
	assert_int_equal(
		DECODE(OPEN "<Lap><Track><Trackpoint><Extensions><ns3:TPX><ns3:Speed>3"
			    "</ns3:Speed></ns3:TPX></Extensions></Trackpoint></Track></Lap>" CLOSE),
		0);
	assert_true(file.valid);
	assert_int_equal(file.problems_n, 1);
	assert_near((double)file.activities[0].records[0].speed_mps, 3, 0);
}

/* text as UTF-16, little-endian, with a mark; caller frees. */
static uint8_t *wide(const char *text, size_t *ret_size)
{
	size_t n = strlen(text);
	uint8_t *data = calloc(n + 1, 2);
	assert_non_null(data);
	data[0] = 0xff;
	data[1] = 0xfe;
	for (size_t i = 0; i < n; i++)
		data[2 + 2 * i] = (uint8_t)text[i];
	*ret_size = 2 * n + 2;
	return data;
}

static void other_encodings_are_read(void **state)
{
	(void)state;
	size_t size;
	AUTO_FREE uint8_t *data = wide(OPEN POINT CLOSE, &size);
	assert_true(tcx_is(data, size));
	assert_int_equal(decode(data, size), 0);
	assert_true(file.valid);
	assert_int_equal(file.activities[0].records_n, 1);
	assert_int_equal(DECODE("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" OPEN
				"<Creator><Name>Jos\xe9</Name></Creator>" CLOSE),
		0);
	assert_true(file.valid);
	assert_string_equal(file.device.product_name, "Jos\xc3\xa9");
	assert_int_equal(
		DECODE("<?xml version=\"1.0\" encoding=\"x-none\"?>" OPEN CLOSE), -EBADMSG);
	assert_string_equal(why.what, "an encoding that is not supported");
}

static void content_decides_whether_it_is_xml(void **state)
{
	(void)state;
	static const uint8_t yes[] = "\xef\xbb\xbf \n<a",
			     fit[] = { 14, 16, 0, 0, 0, 0, 0, 0, '.', 'F', 'I', 'T', 0, 0 };
	assert_true(tcx_is((const uint8_t *)"<", 1));
	assert_true(tcx_is(yes, sizeof yes - 1));
	assert_false(tcx_is(fit, sizeof fit));
	assert_false(tcx_is((const uint8_t *)"", 0));
	assert_false(tcx_is((const uint8_t *)" x<", 3));
}

/* head, then n times each, then tail. */
static uint8_t *repeat(
	const char *head, const char *each, size_t n, const char *tail, size_t *ret_size)
{
	size_t a = strlen(head), b = strlen(each), c = strlen(tail);
	uint8_t *data = malloc(a + b * n + c + 1), *at = data;
	assert_non_null(data);
	at = mempcpy(at, head, a);
	for (size_t i = 0; i < n; i++)
		at = mempcpy(at, each, b);
	(void)mempcpy(at, tail, c);
	*ret_size = a + b * n + c;
	return data;
}

static void each_limit_is_refused_by_name(void **state)
{
	(void)state;
	size_t size;
	AUTO_FREE uint8_t *fits = repeat(OPEN, "<Trackpoint/>", 300000, CLOSE, &size);
	assert_int_equal(decode(fits, size), 0);
	assert_int_equal(file.activities[0].records_n, 300000);
	AUTO_FREE uint8_t *points = repeat(OPEN, "<Trackpoint/>", 300001, CLOSE, &size);
	assert_int_equal(decode(points, size), -EFBIG);
	assert_string_equal(why.what, "more than 300,000 records");
	assert_true(why.offset > 3900000 && why.offset <= size);
	AUTO_FREE uint8_t *many = repeat("<TrainingCenterDatabase>", "<Activity/>", 1001,
		"</TrainingCenterDatabase>", &size);
	assert_int_equal(decode(many, size), -EFBIG);
	assert_string_equal(why.what, "more than 1,000 activities");
	assert_int_equal(
		DECODE(OPEN "<Lap><TotalTimeSeconds>360000</TotalTimeSeconds></Lap>" CLOSE), 0);
	assert_int_equal(DECODE(OPEN "<Lap><TotalTimeSeconds>360000</TotalTimeSeconds></Lap><Lap>"
				     "<TotalTimeSeconds>1</TotalTimeSeconds></Lap>" CLOSE),
		-EFBIG);
	assert_string_equal(why.what, "an activity of more than 100 hours of timer time");
	AUTO_FREE uint8_t *large = calloc(1, FILE_MAX_BYTES + 1);
	assert_non_null(large);
	assert_int_equal(decode(large, FILE_MAX_BYTES + 1), -EFBIG);
	assert_string_equal(why.what, "larger than 32 MiB");
}

static void a_file_just_below_the_size_limit_is_read_whole(void **state)
{
	(void)state;
	static const char each[] =
		"<Trackpoint><Time>2026-05-03T06:00:00Z</Time><HeartRateBpm><Value>"
		"140</Value></HeartRateBpm></Trackpoint>\n                     ";
	size_t size, n = (FILE_MAX_BYTES - 200) / (sizeof each - 1);
	assert_true(n < 300000);
	AUTO_FREE uint8_t *data = repeat(OPEN, each, n, CLOSE, &size);
	assert_int_equal(decode(data, size), 0);
	assert_true(file.valid);
	assert_int_equal(file.activities[0].records_n, n);
	/* and with one element that is nearly all of it */
	AUTO_FREE uint8_t *notes = repeat(OPEN "<Notes>", "x", 30000000, "</Notes>" CLOSE, &size);
	(void)decode(notes, size); /* valid or not, it must end */
}

static void deep_nesting_ends_without_harm(void **state)
{
	(void)state;
	size_t size;
	AUTO_FREE uint8_t *deep = repeat(OPEN, "<a>", 1000000, "", &size);
	assert_int_equal(decode(deep, size), 0);
	assert_false(file.valid);
	AUTO_FREE uint8_t *activities = repeat(
		"<TrainingCenterDatabase>", "<Activity><Lap><Track><Trackpoint>", 60, "", &size);
	assert_int_equal(decode(activities, size), 0);
	assert_int_equal(file.activities_n, 60);
}

static void a_long_text_is_cut_and_a_long_number_is_none(void **state)
{
	(void)state;
	size_t size;
	AUTO_FREE uint8_t *name =
		repeat(OPEN "<Creator><Name>", "ab", 50000, "</Name></Creator>" CLOSE, &size);
	assert_int_equal(decode(name, size), 0);
	assert_int_equal(strlen(file.device.product_name), sizeof file.device.product_name - 1);
	AUTO_FREE uint8_t *number = repeat(
		OPEN "<Lap><DistanceMeters>", "9", 1000, "</DistanceMeters></Lap>" CLOSE, &size);
	assert_int_equal(decode(number, size), 0);
	assert_near(file.activities[0].summary.stated.distance_m, NAN, 0);
}

static void numbers_for_no_device_are_not_taken(void **state)
{
	(void)state;
	assert_int_equal(DECODE(OPEN "<Creator><Name>x</Name><UnitId>4294967295</UnitId><ProductID>"
				     "65535</ProductID></Creator>" CLOSE),
		0);
	assert_false(file.device.has_serial || file.device.has_product);
	assert_int_equal(
		DECODE(OPEN "<Creator><UnitId>0</UnitId><ProductID>0</ProductID></Creator>" CLOSE),
		0);
	assert_false(file.device.has_serial || file.device.has_product);
	assert_int_equal(DECODE(OPEN "<Creator><UnitId>4294967296</UnitId><ProductID>-1</ProductID>"
				     "</Creator>" CLOSE),
		0);
	assert_false(file.device.has_serial || file.device.has_product);
	assert_int_equal(file.problems_n, 1);
}

/* libxml2 likes to explain itself. */
static void nothing_is_printed(void **state)
{
	(void)state;
	char path[] = "/tmp/knead-tcx-XXXXXX";
	AUTO_CLOSE int fd = mkstemp(path);
	AUTO_CLOSE int saved = dup(STDERR_FILENO);
	struct stat st;
	assert_true(fd >= 0 && saved >= 0 && unlink(path) == 0);
	assert_true(dup2(fd, STDERR_FILENO) >= 0);
	(void)DECODE("<a><b></a>");
	(void)DECODE(OPEN "<x:y/>&z;\xff" CLOSE);
	(void)DECODE("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" OPEN CLOSE);
	(void)DECODE("\xff\xfe<\0T\0\x00\xd8\x00\xd8");
	(void)DECODE(
		"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>" OPEN "<Notes>\x81</Notes>" CLOSE);
	(void)DECODE("<?oasis-xml-catalog catalog=\"file:///nonexistent\"?>" OPEN CLOSE);
	(void)DECODE("<?xml-stylesheet href=\"file:///etc/passwd\"?>" OPEN CLOSE);
	(void)DECODE(OPEN "<a xml:lang=\"\" xmlns:q=\"not a uri\" b='1' b='2'/>" CLOSE);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_and_garbage_are_refused),
		cmocka_unit_test(another_kind_of_xml_is_refused_by_name),
		cmocka_unit_test(a_tag_without_end_is_refused_before_it_takes_hours),
		cmocka_unit_test(long_notes_and_comments_are_no_long_tags),
		cmocka_unit_test(a_doctype_is_refused_whatever_it_holds),
		cmocka_unit_test(blanks_and_a_mark_in_front_are_fine),
		cmocka_unit_test(what_a_broken_file_yields_is_kept),
		cmocka_unit_test(a_nul_byte_is_never_well_formed),
		cmocka_unit_test(bytes_behind_the_end_are_not_well_formed),
		cmocka_unit_test(bytes_that_are_no_text_end_the_file),
		cmocka_unit_test(an_undeclared_prefix_is_only_noted),
		cmocka_unit_test(other_encodings_are_read),
		cmocka_unit_test(content_decides_whether_it_is_xml),
		cmocka_unit_test(each_limit_is_refused_by_name),
		cmocka_unit_test(a_file_just_below_the_size_limit_is_read_whole),
		cmocka_unit_test(deep_nesting_ends_without_harm),
		cmocka_unit_test(a_long_text_is_cut_and_a_long_number_is_none),
		cmocka_unit_test(numbers_for_no_device_are_not_taken),
		cmocka_unit_test(nothing_is_printed),
	};
	decoded_file_init(&file);
	tcx_prepare();
	return cmocka_run_group_tests(tests, NULL, teardown);
}
