#include "replay_case.h"

static void signatures_tell_overloads_apart(void **state)
{
    assert_model("CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql IMMUTABLE AS 'select "
                 "1'; "
                 "CREATE FUNCTION f(varchar(3)[], mood) RETURNS int STABLE SECURITY "
                 "DEFINER SET search_path = a LANGUAGE plpgsql AS ''; "
                 "CREATE PROCEDURE p(INOUT x int) LANGUAGE sql AS ''; "
                 "DROP FUNCTION f(int); "
                 "ALTER FUNCTION f(varchar[], mood) VOLATILE RESET search_path",
                 "procedure public.p(int4) v sql returns \n"
                 "function public.f(varchar[],mood) v plpgsql returns int4 definer\n");
}

static void triggers_are_made_switched_and_dropped(void **state)
{
    assert_model("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''; "
                 "CREATE TABLE t (a int) PARTITION BY LIST (a); "
                 "CREATE TABLE p PARTITION OF t DEFAULT; "
                 "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); "
                 "CREATE TRIGGER y AFTER INSERT ON t EXECUTE FUNCTION g(); "
                 "ALTER TABLE t DISABLE TRIGGER x; "
                 "ALTER TRIGGER y ON t RENAME TO z; "
                 "CREATE POLICY q ON t FOR DELETE USING (true); "
                 "ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                 "function public.f() v plpgsql returns trigger\n"
                 "partitioned public.t row security forced\n"
                 "  a integer\n"
                 "  trigger x public.f disabled\n"
                 "  trigger z g\n"
                 "  policy q delete\n"
                 "table public.p part of public.t as default\n"
                 "  a integer inherited\n"
                 "  trigger x public.f disabled\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_tell_overloads_apart),
        cmocka_unit_test(triggers_are_made_switched_and_dropped),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
