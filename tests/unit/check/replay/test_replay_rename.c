#include "replay_case.h"

static void references_follow(void **state)
{
    assert_model("CREATE TABLE t (id int PRIMARY KEY, n serial); "
                 "CREATE TABLE u (x int REFERENCES t (id)); "
                 "CREATE VIEW v AS SELECT id FROM t; "
                 "CREATE PUBLICATION p FOR TABLE t; "
                 "ALTER TABLE t RENAME TO tt; "
                 "ALTER TABLE tt RENAME COLUMN id TO key; "
                 "ALTER TABLE tt SET SCHEMA s",
                 "table s.tt\n"
                 "  key integer not null\n"
                 "  n integer not null default ... serial\n"
                 "  primary key t_pkey (key)\n"
                 "  index t_pkey (key) unique of constraint\n"
                 "sequence s.t_n_seq of s.tt.n\n"
                 "table public.u\n"
                 "  x integer\n"
                 "  foreign key u_x_fkey (x) to s.tt (key)\n"
                 "view public.v\n"
                 "  id integer\n"
                 "  reads s.tt.key\n"
                 "publication p (s.tt)\n");
}

static void lists_of_copies_stay_apart(void **state)
{
    assert_model("CREATE TABLE t (a int UNIQUE); "
                 "CREATE TABLE u (LIKE t INCLUDING ALL); "
                 "ALTER TABLE t RENAME COLUMN a TO b; "
                 "ALTER TABLE t RENAME CONSTRAINT t_a_key TO k",
                 "table public.t\n"
                 "  b integer\n"
                 "  unique k (b)\n"
                 "  index k (b) unique of constraint\n"
                 "table public.u\n"
                 "  a integer\n"
                 "  unique u_a_key (a)\n"
                 "  index u_a_key (a) unique of constraint\n");
}

static void schemas_and_routines_move(void **state)
{
    assert_model("CREATE SCHEMA s CREATE TABLE t (a int); "
                 "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS ''; "
                 "CREATE TRIGGER g BEFORE INSERT ON s.t EXECUTE FUNCTION s.f(); "
                 "CREATE TYPE s.e AS ENUM ('x'); "
                 "ALTER TABLE s.t ADD e s.e; "
                 "ALTER SCHEMA s RENAME TO r; "
                 "ALTER FUNCTION r.f() RENAME TO ff; "
                 "ALTER TYPE r.e RENAME TO ee",
                 "schema r\n"
                 "enum r.ee (x)\n"
                 "function r.ff() v plpgsql returns trigger\n"
                 "table r.t\n"
                 "  a integer\n"
                 "  e r.ee\n"
                 "  trigger g r.ff\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_follow),
        cmocka_unit_test(lists_of_copies_stay_apart),
        cmocka_unit_test(schemas_and_routines_move),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
