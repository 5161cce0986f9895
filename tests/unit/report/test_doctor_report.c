#include "report/doctor_report.h"

#include "golden.h"

static Diagnosis one_of_each(Arena *arena)
{
    Diagnosis made = {0};
    diagnosis_add(arena, &made, CHECK_FILE, VERDICT_OK, NULL, "migrate-safe.yaml");
    diagnosis_add(arena, &made, CHECK_TLS, VERDICT_WARN, "add sslmode=require", "none");
    diagnosis_add(arena, &made, CHECK_OPEN, VERDICT_OK, NULL, "shop on a\x1b[2J\nb:5432 as ann");
    diagnosis_add(arena, &made, CHECK_STORE, VERDICT_FAIL,
                  "GRANT CREATE ON DATABASE \"s\x1b[0m\" TO \"ann\";", "may not");
    diagnosis_add(arena, &made, CHECK_DISK, VERDICT_UNKNOWN, "df -h", "cannot be asked");
    return made;
}

static const char *shown(Arena *arena, const Diagnosis *diagnosis, bool has_colour, bool is_verbose)
{
    DoctorReport report = {.diagnosis = diagnosis, .is_verbose = is_verbose};
    Captured captured;
    capture_begin(&captured, has_colour);
    doctor_report_text(arena, &captured.terminal, &report);
    return capture_end(arena, &captured);
}

static void test_doctor(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Diagnosis diagnosis = one_of_each(arena);
    const char *text = shown(arena, &diagnosis, false, false);
    assert_harmless(text);
    assert_golden(arena, "doctor.txt", text);
    assert_golden(arena, "doctor.colour.txt", shown(arena, &diagnosis, true, false));
    assert_golden(arena, "doctor_verbose.txt", shown(arena, &diagnosis, false, true));
}

static void test_document(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Diagnosis diagnosis = one_of_each(arena);
    DoctorReport report = {.diagnosis = &diagnosis, .target = "shop on db:5432"};
    assert_golden_json(arena, "doctor.json", doctor_report_json(&report));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doctor),
        cmocka_unit_test(test_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
