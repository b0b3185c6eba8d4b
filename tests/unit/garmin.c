/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GarminDevice.xml: what it names, and what says nothing. */
#include "support/test.h"

#include "garmin/garmin_device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                    \
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?>\n"       \
	"<Device xmlns=\"http://www.garmin.com/xmlschemas/GarminDevice/v2\" "   \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"            \
	"  <Model><PartNumber>006-B4315-00</PartNumber><SoftwareVersion>2203"   \
	"</SoftwareVersion><Description>Forerunner 965</Description></Model>\n" \
	"  <Id>3421544626</Id>\n  <MassStorageMode>\n"
#define FILE_OF(path, more, direction)                                               \
	"<File><Specification><Identifier>FIT</Identifier><Documentation>http://x"   \
	"</Documentation></Specification><Location><Path>" path "</Path>" more       \
	"<FileExtension>FIT</FileExtension></Location><TransferDirection>" direction \
	"</TransferDirection></File>"
#define TYPE(name, files) "<DataType><Name>" name "</Name>" files "</DataType>\n"
#define UPDATE                                                                        \
	"<UpdateFile><PartNumber>006-B4315-00</PartNumber><Version><Major>22</Major>" \
	"</Version><Path>GARMIN/RemoteSW</Path><FileName>GUPDATE.GCD</FileName></UpdateFile>\n"
#define TAIL "  </MassStorageMode>\n</Device>\n"

static struct garmin_device device;
static struct parse_error why;

static int decode(const char *text, size_t size)
{
	memset(&device, 0xA5, sizeof device);
	why = (struct parse_error) { 0 };
	return garmin_device_decode((const uint8_t *)text, size, &device, &why);
}

#define DECODE(literal) decode(literal, sizeof(literal) - 1)

static void assert_folder(size_t i, enum garmin_use use, const char *path, const char *begin)
{
	assert_true(i < device.n);
	assert_int_equal(device.folders[i].use, use);
	assert_string_equal(device.folders[i].path, path);
	assert_string_equal(device.folders[i].begin, begin);
}

static void names_the_folders_that_activities_nights_and_days_come_out_of(void **state)
{
	(void)state;
	assert_int_equal(
		DECODE(HEAD TYPE("FIT_TYPE_4",
			FILE_OF("GARMIN/Activity", "", "OutputFromUnit") FILE_OF(
				"GARMIN/NewFiles", "", "InputToUnit")) UPDATE TYPE("FIT_TYPE_5",
			FILE_OF("GARMIN/Workouts", "", "InputOutput")) TYPE("FIT_TYPE_32",
			FILE_OF("GARMIN/Monitor", "", "OutputFromUnit")) UPDATE TYPE("FIT_TYPE_44",
			FILE_OF("GARMIN/Metrics", "", "OutputFromUnit"))
				TYPE("FIT_TYPE_49", FILE_OF("GARMIN/Sleep", "", "InputOutput"))
					TYPE("FIT_TYPE_68", FILE_OF("GARMIN/"
								    "HRVStatus",
								    "",
								    "OutputFro"
								    "mUnit")) TAIL),
		0);
	assert_int_equal(device.n, 5);
	assert_folder(0, GARMIN_USE_ACTIVITY, "GARMIN/Activity", "");
	assert_folder(1, GARMIN_USE_WELLNESS, "GARMIN/Monitor", "");
	assert_folder(2, GARMIN_USE_WELLNESS, "GARMIN/Metrics", "");
	assert_folder(3, GARMIN_USE_WELLNESS, "GARMIN/Sleep", "");
	assert_folder(4, GARMIN_USE_WELLNESS, "GARMIN/HRVStatus", "");
}

static void older_devices_name_their_types_in_words(void **state)
{
	(void)state;
	assert_int_equal(DECODE(HEAD TYPE("FitnessHistory",
				 FILE_OF("Garmin/History", "", "OutputFromUnit")) TYPE("FITBinary",
				 FILE_OF("Garmin/Activities", "", "OutputFromUnit") FILE_OF(
					 "Garmin/Courses", "", "InputOutput")) TYPE("GPSData",
				 FILE_OF("Garmin/GPX/Current", "<BaseName>Current</BaseName>",
					 "OutputFromUnit")) TAIL),
		0);
	assert_int_equal(device.n, 2);
	assert_folder(0, GARMIN_USE_ACTIVITY, "Garmin/History", "");
	assert_folder(1, GARMIN_USE_ACTIVITY, "Garmin/Activities", "");
}

static void a_beginning_of_names_is_kept_while_there_is_only_one(void **state)
{
	(void)state;
#define BEGIN(word) "<BaseName> " word " </BaseName>"
	assert_int_equal(
		DECODE(HEAD TYPE("FIT_TYPE_4", FILE_OF("A", BEGIN("Run"), "OutputFromUnit")) TAIL),
		0);
	assert_folder(0, GARMIN_USE_ACTIVITY, "A", "Run");
	assert_int_equal(DECODE(HEAD TYPE("FIT_TYPE_4",
				 FILE_OF("A", BEGIN("Run"), "OutputFromUnit")
					 FILE_OF("A", BEGIN("Ride"), "OutputFromUnit") FILE_OF(
						 "A", BEGIN("Run"), "OutputFromUnit")) TAIL),
		0);
	assert_int_equal(device.n, 1);
	assert_folder(0, GARMIN_USE_ACTIVITY, "A", "");
}

static void what_a_file_says_holds_for_that_file_only(void **state)
{
	(void)state;
	/* the second has no direction, the third no path */
	assert_int_equal(
		DECODE(HEAD TYPE("FIT_TYPE_4",
			FILE_OF("A", "", "OutputFromUnit") "<File><Location><Path>B</Path></"
							   "Location></File>"
							   "<File><TransferDirection>"
							   "OutputFromUnit</TransferDirection></"
							   "File>") "<DataType>" FILE_OF("C", "",
			"OutputFromUnit") "</DataType>" TAIL),
		0);
	assert_int_equal(device.n, 1);
	assert_folder(0, GARMIN_USE_ACTIVITY, "A", "");
}

static void elements_in_other_places_mean_nothing(void **state)
{
	(void)state;
	assert_int_equal(
		DECODE("<Device><Extensions><MassStorageMode>" TYPE("FIT_TYPE_4",
			FILE_OF("A", "",
				"OutputFromUnit")) "</MassStorageMode></Extensions>"
						   "<Path>B</Path><Device><MassStorageMode>" TYPE(
							   "FIT_TYPE_4",
							   FILE_OF("C", "",
								   "OutputFromUnit")) "</"
										      "MassStorageM"
										      "ode></"
										      "Device></"
										      "Device>"),
		0);
	assert_int_equal(device.n, 0);
}

static void paths_are_folders_below_the_root(void **state)
{
	(void)state;
	static const struct {
		const char *given, *kept;
	} rows[] = { { "/GARMIN/Activity/", "GARMIN/Activity" },
		{ " GARMIN/A&amp;B\n", "GARMIN/A&B" }, { "<![CDATA[GARMIN/C]]>", "GARMIN/C" },
		{ "G\xc3\xa4r/A", "G\xc3\xa4r/A" }, { "..", NULL }, { "GARMIN/../secret", NULL },
		{ "GARMIN/./A", NULL }, { "GARMIN//A", NULL }, { "/", NULL }, { "", NULL },
		{ "A\tB", NULL }, { "A&#10;B", NULL } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[2048];
		int n = snprintf(text, sizeof text,
			HEAD TYPE("FIT_TYPE_4", FILE_OF("%s", "", "OutputFromUnit")) TAIL,
			rows[i].given);
		if (decode(text, (size_t)n) != 0 || device.n != (rows[i].kept ? 1 : 0))
			fail_msg("%s: %zu folders, %s", rows[i].given, device.n,
				why.what ? why.what : "");
		if (rows[i].kept)
			assert_string_equal(device.folders[0].path, rows[i].kept);
	}
}

static void a_path_that_is_too_long_is_none(void **state)
{
	(void)state;
	for (int size = 200; size < 2000; size += 51) {
		char text[4096], path[2001];
		memset(path, 'a', sizeof path);
		path[size] = '\0';
		int n = snprintf(text, sizeof text,
			HEAD TYPE("FIT_TYPE_4", FILE_OF("%s", "", "OutputFromUnit")) TAIL, path);
		assert_int_equal(decode(text, (size_t)n), 0);
		assert_int_equal(device.n, size < (int)GARMIN_PATH_BYTES);
	}
}

static void no_more_folders_are_kept_than_there_is_room_for(void **state)
{
	(void)state;
	char *text = malloc(200000);
	assert_non_null(text);
	size_t n = (size_t)sprintf(text, HEAD "<DataType><Name>FIT_TYPE_4</Name>");
	for (unsigned i = 0; i < 500; i++)
		n += (size_t)sprintf(text + n, FILE_OF("F%u", "", "OutputFromUnit"), i);
	n += (size_t)sprintf(text + n, "</DataType>" TAIL);
	assert_int_equal(decode(text, n), 0);
	assert_int_equal(device.n, GARMIN_FOLDERS_MAX);
	free(text);
}

static void a_copy_that_was_cut_says_nothing(void **state)
{
	(void)state;
	static const char whole[] =
		HEAD TYPE("FIT_TYPE_4", FILE_OF("GARMIN/Activity", "", "OutputFromUnit")) TAIL;
	struct garmin_device before;
	/* up to the end of the last tag; blanks behind it may be missing */
	for (size_t size = 0; size < sizeof whole - 2; size++) {
		char *copy = malloc(size + 1); /* exact, so that a sanitizer sees a read beyond */
		assert_non_null(copy);
		memcpy(copy, whole, size);
		memset(&before, 0xA5, sizeof before);
		int r = decode(copy, size);
		free(copy);
		if (r != -EBADMSG || !why.what || memcmp(&before, &device, sizeof before) != 0)
			fail_msg("%zu bytes: %d", size, r);
	}
	assert_int_equal(decode(whole, sizeof whole - 2), 0);
}

static void a_copy_full_of_zeros_says_nothing(void **state)
{
	(void)state;
	static char text[8192];
	assert_int_equal(decode(text, sizeof text), -EBADMSG);
	(void)snprintf(text, sizeof text,
		HEAD TYPE("FIT_TYPE_4", FILE_OF("A", "", "OutputFromUnit")) TAIL);
	assert_int_equal(decode(text, sizeof text), -EBADMSG);
	assert_string_equal(why.what, "a NUL byte");
}

static void hostile_documents_are_refused(void **state)
{
	(void)state;
	assert_int_equal(DECODE("<?xml version=\"1.0\"?><!DOCTYPE Device [<!ENTITY a \"b\">]>"
				"<Device>&a;</Device>"),
		-EBADMSG);
	assert_string_equal(why.what, "a DOCTYPE is refused");
	assert_int_equal(
		DECODE("<!DOCTYPE Device SYSTEM \"file:///etc/passwd\"><Device/>"), -EBADMSG);
	assert_int_equal(DECODE("<Device>&undeclared;</Device>"), -EBADMSG);
	assert_int_equal(DECODE("<Device></Device><Device/>"), -EBADMSG);
	assert_int_equal(DECODE("<TrainingCenterDatabase/>"), -EBADMSG);
	assert_string_equal(why.what, "not a GarminDevice file");
	assert_int_equal(DECODE(""), -EBADMSG);
	char *deep = malloc(3 * 100000 + 1);
	assert_non_null(deep);
	for (size_t i = 0; i < 100000; i++)
		memcpy(deep + 3 * i, i ? "<D>" : "<D>", 3);
	memcpy(deep, "<Device>", 8);
	assert_int_equal(decode(deep, 300000), -EBADMSG);
	free(deep);
	char *large = calloc(1, GARMIN_DEVICE_MAX_BYTES + 1);
	assert_non_null(large);
	assert_int_equal(decode(large, GARMIN_DEVICE_MAX_BYTES + 1), -EFBIG);
	free(large);
}

static void other_encodings_are_read(void **state)
{
	(void)state;
	assert_int_equal(DECODE("\xef\xbb\xbf\n" HEAD TYPE(
				 "fit_type_4", FILE_OF("A", "", "OUTPUTFROMUNIT")) TAIL),
		0);
	assert_int_equal(device.n, 1);
	assert_int_equal(
		DECODE("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><g:Device "
		       "xmlns:g=\"x\"><g:MassStorageMode><g:DataType><g:Name>FIT_TYPE_4</g:Name>"
		       "<g:File><g:TransferDirection>InputOutput</g:TransferDirection><g:Location>"
		       "<g:Path>\xe4</g:Path></g:Location></g:File></g:DataType>"
		       "</g:MassStorageMode></g:Device>"),
		0);
	assert_folder(0, GARMIN_USE_ACTIVITY, "\xc3\xa4", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_folders_that_activities_nights_and_days_come_out_of),
		cmocka_unit_test(older_devices_name_their_types_in_words),
		cmocka_unit_test(a_beginning_of_names_is_kept_while_there_is_only_one),
		cmocka_unit_test(what_a_file_says_holds_for_that_file_only),
		cmocka_unit_test(elements_in_other_places_mean_nothing),
		cmocka_unit_test(paths_are_folders_below_the_root),
		cmocka_unit_test(a_path_that_is_too_long_is_none),
		cmocka_unit_test(no_more_folders_are_kept_than_there_is_room_for),
		cmocka_unit_test(a_copy_that_was_cut_says_nothing),
		cmocka_unit_test(a_copy_full_of_zeros_says_nothing),
		cmocka_unit_test(hostile_documents_are_refused),
		cmocka_unit_test(other_encodings_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
