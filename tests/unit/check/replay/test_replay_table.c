#include "replay_case.h"

static void columns_have_types_and_properties(void **state)
{
    assert_model("CREATE TABLE t (a int NOT NULL DEFAULT 1 + 2, b varchar(20) COLLATE \"C\","
                 " c numeric(10,2)[], d timestamptz DEFAULT now() NOT NULL, e interval(3),"
                 " f text DEFAULT NULL, g text DEFAULT ('a' || ','))",
                 "table public.t\n"
                 "  a integer not null default 1 + 2\n"
                 "  b varchar(20) collate C\n"
                 "  c numeric(10,2)[]\n"
                 "  d timestamptz not null default now()\n"
                 "  e interval(3)\n"
                 "  f text\n"
                 "  g text default ('a' || ',')\n");
}

static void constraints_get_postgres_names(void **state)
{
    assert_model("CREATE TABLE o (id int PRIMARY KEY);"
                 "CREATE TABLE t (a int UNIQUE CHECK (a > 0), b int REFERENCES o ON DELETE CASCADE,"
                 " CHECK (a > b), CHECK (b IS NOT NULL AND a > 1), UNIQUE (a, b),"
                 " CONSTRAINT mine FOREIGN KEY (a) REFERENCES o (id))",
                 "table public.o\n"
                 "  id integer not null\n"
                 "  primary key o_pkey (id)\n"
                 "  index o_pkey (id) unique of constraint\n"
                 "table public.t\n"
                 "  a integer\n"
                 "  b integer\n"
                 "  check t_a_check (a) a > 0\n"
                 "  check t_check (a, b) a > b\n"
                 "  check t_check1 (b, a) b IS NOT NULL AND a > 1 proves (b)\n"
                 "  unique t_a_key (a)\n"
                 "  unique t_a_b_key (a, b)\n"
                 "  foreign key t_b_fkey (b) to public.o () on delete c\n"
                 "  foreign key mine (a) to public.o (id)\n"
                 "  index t_a_key (a) unique of constraint\n"
                 "  index t_a_b_key (a, b) unique of constraint\n");
}

static void serial_and_identity_have_sequences(void **state)
{
    assert_model("CREATE TABLE s.t (a bigserial, b int GENERATED ALWAYS AS IDENTITY)",
                 "table s.t\n"
                 "  a bigint not null default ... serial\n"
                 "  b integer not null identity\n"
                 "sequence s.t_a_seq of s.t.a\n"
                 "sequence s.t_b_seq of s.t.b\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_have_types_and_properties),
        cmocka_unit_test(constraints_get_postgres_names),
        cmocka_unit_test(serial_and_identity_have_sequences),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
