// The SQL that constraint and index rules propose in place of the user's, to the letter.
#include "lint_case.h"

typedef struct Proposal {
    const char *rule;
    const char *setup;
    const char *sql;
    const char *instead;
    int pg_to;
} Proposal;

#define EVENTS                                                                                     \
    "CREATE TABLE users (id bigint PRIMARY KEY);"                                                  \
    "CREATE TABLE events (id bigint, \"Day\" date) PARTITION BY RANGE (\"Day\");"                  \
    "CREATE TABLE events_1 PARTITION OF events"                                                    \
    "    FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');"                                        \
    "CREATE TABLE events_2 PARTITION OF events"                                                    \
    "    FOR VALUES FROM ('2031-01-01') TO ('2032-01-01') PARTITION BY LIST (id);"                 \
    "CREATE TABLE events_2a PARTITION OF events_2 FOR VALUES IN (1);"

static const Proposal PROPOSALS[] = {
    {"create-index-blocking", "CREATE TABLE \"order\" (id int);",
     "create index -- a note, ON which nothing hangs\n"
     "  if not exists by_id on only \"order\" using btree ((id + 1) desc) where id > 0 -- end",
     "-- outside of a transaction:\n"
     "CREATE INDEX CONCURRENTLY by_id ON \"order\" using btree ((id + 1) desc) where id > 0;"},
    {"create-index-blocking", "CREATE TABLE t (a int, b int);",
     "CREATE UNIQUE INDEX ON public.t (a, lower(b))",
     "-- outside of a transaction:\n"
     "CREATE UNIQUE INDEX CONCURRENTLY t_a_lower_idx ON public.t (a, lower(b));"},
    {"create-index-partitioned", EVENTS, "CREATE INDEX events_id_idx ON events (id)",
     "CREATE INDEX events_id_idx ON ONLY events (id);\n"
     "-- outside of a transaction:\n"
     "CREATE INDEX CONCURRENTLY events_1_id_idx ON public.events_1 (id);\n"
     "ALTER INDEX events_id_idx ATTACH PARTITION public.events_1_id_idx;\n"
     "CREATE INDEX events_2_id_idx ON ONLY public.events_2 (id);\n"
     "CREATE INDEX CONCURRENTLY events_2a_id_idx ON public.events_2a (id);\n"
     "ALTER INDEX public.events_2_id_idx ATTACH PARTITION public.events_2a_id_idx;\n"
     "ALTER INDEX events_id_idx ATTACH PARTITION public.events_2_id_idx;"},
    {"concurrent-if-not-exists-invalid", "CREATE TABLE t (a int);",
     "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"T_a\" ON public.t (a)",
     "-- outside of a transaction:\n"
     "DROP INDEX CONCURRENTLY IF EXISTS public.\"T_a\";\n"
     "CREATE INDEX CONCURRENTLY \"T_a\" ON public.t (a);"},
    {"add-check-validated", "CREATE TABLE t (a int[]);",
     "ALTER TABLE t ADD CHECK (a = ARRAY[1, 2]) NO INHERIT, ADD COLUMN b int",
     "ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a = ARRAY[1, 2]) NO INHERIT NOT VALID;\n"
     "-- in a later transaction:\n"
     "ALTER TABLE t VALIDATE CONSTRAINT t_a_check;"},
    {"add-fk-validated", "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int);",
     "ALTER TABLE t ADD CONSTRAINT \"Foreign one\" FOREIGN KEY (a) REFERENCES u -- why\n",
     "ALTER TABLE t ADD CONSTRAINT \"Foreign one\" FOREIGN KEY (a) REFERENCES u NOT VALID;\n"
     "-- in a later transaction:\n"
     "ALTER TABLE t VALIDATE CONSTRAINT \"Foreign one\";"},
    {"add-fk-not-valid-partitioned",
     "CREATE TABLE users (id bigint PRIMARY KEY);"
     "CREATE TABLE events (id bigint) PARTITION BY LIST (id);"
     "CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);",
     "ALTER TABLE events ADD CONSTRAINT \"not valid\"\n"
     "    FOREIGN KEY (id) REFERENCES users NOT  VALID DEFERRABLE",
     "ALTER TABLE public.events_1 ADD CONSTRAINT \"not valid\" FOREIGN KEY (id) REFERENCES users "
     "DEFERRABLE NOT VALID;\n"
     "ALTER TABLE public.events_1 VALIDATE CONSTRAINT \"not valid\"; -- a transaction of its own\n"
     "-- takes those over and reads no row, public.users is locked for an instant\n"
     "ALTER TABLE events ADD CONSTRAINT \"not valid\" FOREIGN KEY (id) REFERENCES users "
     "DEFERRABLE;",
     .pg_to = 17},
    {"add-unique-direct", "CREATE TABLE t (a int, b int);",
     "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) DEFERRABLE",
     "-- outside of a transaction:\n"
     "CREATE UNIQUE INDEX CONCURRENTLY t_a_key ON t (a) INCLUDE (b) NULLS NOT DISTINCT;\n"
     "ALTER TABLE t ADD CONSTRAINT t_a_key UNIQUE USING INDEX t_a_key DEFERRABLE;"},
    {"add-pk-direct", "CREATE TABLE t (a int NOT NULL, b int);",
     "ALTER TABLE t ADD PRIMARY KEY (a, b)",
     "ALTER TABLE t ADD CONSTRAINT t_b_not_null CHECK (b IS NOT NULL) NOT VALID;\n"
     "ALTER TABLE t VALIDATE CONSTRAINT t_b_not_null; -- a transaction of its own\n"
     "ALTER TABLE t ALTER COLUMN b SET NOT NULL;\n"
     "ALTER TABLE t DROP CONSTRAINT t_b_not_null;\n"
     "-- outside of a transaction:\n"
     "CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON t (a, b);\n"
     "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;"},
    {"add-unique-direct",
     "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN "
     "(1);",
     "ALTER TABLE t ADD CONSTRAINT t_key UNIQUE (a)",
     "ALTER TABLE ONLY t ADD CONSTRAINT t_key UNIQUE (a);\n"
     "CREATE UNIQUE INDEX CONCURRENTLY t1_a_key ON public.t1 (a);\n"
     "ALTER TABLE public.t1 ADD CONSTRAINT t1_a_key UNIQUE USING INDEX t1_a_key;\n"
     "ALTER INDEX t_key ATTACH PARTITION public.t1_a_key;"},
    {"add-unique-duplicates", "CREATE TABLE t (a int, \"user\" int);",
     "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, \"user\")",
     "-- has to give no row:\n"
     "SELECT a, \"user\", count(*) FROM t WHERE a IS NOT NULL AND \"user\" IS NOT NULL GROUP BY a, "
     "\"user\" HAVING count(*) > 1;"},
    {"drop-index-blocking", "CREATE TABLE s (a int); CREATE INDEX i ON s (a);",
     "DROP INDEX IF EXISTS public.i",
     "-- outside of a transaction:\nDROP INDEX CONCURRENTLY IF EXISTS public.i;"},
    {"reindex-blocking", "CREATE TABLE s (a int);", "REINDEX (VERBOSE) TABLE public.s",
     "-- outside of a transaction:\nREINDEX TABLE CONCURRENTLY public.s;"},
    {"domain-add-constraint", "CREATE DOMAIN d AS int; CREATE TABLE t (a d);",
     "ALTER DOMAIN d ADD CHECK (VALUE > 0)",
     "ALTER DOMAIN d ADD CONSTRAINT d_check CHECK (VALUE > 0) NOT VALID;\n"
     "-- off-peak, in a transaction of its own: blocks writes\n"
     "ALTER DOMAIN d VALIDATE CONSTRAINT d_check;"},
};

static void proposals_are_to_the_letter(void **state)
{
    for (size_t i = 0; i < sizeof PROPOSALS / sizeof *PROPOSALS; i++) {
        ARENA_SCOPED arena = arena_new();
        const Proposal *proposal = &PROPOSALS[i];
        const RuleExample example = {
            .setup = proposal->setup, .sql = proposal->sql, .pg_to = proposal->pg_to};
        Findings findings = lint_example(arena, &example);
        const char *instead = "no finding";
        VEC_EACH (const Finding, finding, &findings)
            if (strcmp(finding->rule->id, proposal->rule) == 0)
                instead = finding->instead ? finding->instead : "nothing is proposed";
        assert_string_equal(instead, proposal->instead);
    }
}

// A table with many partitions does not fill the screen, nor do deep ones.
static void long_recipes_end(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char *setup = arena_strdup(arena, "CREATE TABLE t (a int) PARTITION BY LIST (a);");
    for (int i = 0; i < 50; i++)
        setup = arena_printf(arena, "%s CREATE TABLE t%d PARTITION OF t FOR VALUES IN (%d);", setup,
                             i, i);
    const RuleExample example = {.setup = setup, .sql = "CREATE INDEX i ON t (a)"};
    Findings findings = lint_example(arena, &example);
    const char *instead = "";
    VEC_EACH (const Finding, finding, &findings)
        if (strcmp(finding->rule->id, "create-index-partitioned") == 0)
            instead = finding->instead;
    assert_non_null(strstr(instead, "\n-- the same for 30 more"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proposals_are_to_the_letter),
        cmocka_unit_test(long_recipes_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
