// Every claim here was put to a PostgreSQL 15 server: what is NOT_TRANSACTIONAL was refused in a
// transaction block with 25001, what is TRANSACTIONAL was not. Marked ones need a later server.
#include "sql/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IN  STATEMENT_TRANSACTIONAL
#define OUT STATEMENT_NOT_TRANSACTIONAL

static const struct {
    const char *sql;
    StatementClass class;
} BLOCK_CASES[] = {
    {"CREATE INDEX CONCURRENTLY i1 ON t (a)", OUT},
    {"create unique index concurrently i1 on t (a)", OUT},
    {"CREATE INDEX CONCURRENTLY ON t (a)", OUT},
    {"CREATE INDEX CONCURRENTLY IF NOT EXISTS i1 ON t (a)", OUT},
    {"CREATE/**/INDEX -- x\n CONCURRENTLY i1 ON t (a)", OUT},
    {"CREATE INDEX i1 ON t (a)", IN},
    {"CREATE INDEX concurrently_idx ON t (a)", IN},
    {"CREATE INDEX \"concurrently\" ON t (a)", IN},
    {"CREATE INDEX i1 ON \"concurrently\" (a)", IN},
    {"CREATE TABLE \"index concurrently\" (a int)", IN},
    {"CREATE TABLE create_index (\"concurrently\" int)", IN},
    {"DROP INDEX CONCURRENTLY ti", OUT},
    {"DROP INDEX CONCURRENTLY IF EXISTS nothing_there", OUT},
    {"DROP INDEX ti", IN},
    {"DROP INDEX \"concurrently\"", IN},
    {"REINDEX TABLE t", IN},
    {"REINDEX INDEX ti", IN},
    {"REINDEX (VERBOSE) TABLE t", IN},
    {"REINDEX TABLE CONCURRENTLY t", OUT},
    {"REINDEX INDEX CONCURRENTLY ti", OUT},
    {"REINDEX (CONCURRENTLY) TABLE t", OUT},
    {"REINDEX (VERBOSE, CONCURRENTLY) INDEX ti", OUT},
    {"REINDEX (CONCURRENTLY true, VERBOSE) TABLE t", OUT},
    {"REINDEX (CONCURRENTLY 1) TABLE t", OUT},
    {"REINDEX (CONCURRENTLY off) TABLE t", IN},
    {"REINDEX (CONCURRENTLY false) TABLE t", IN},
    {"REINDEX (CONCURRENTLY 'OFF') TABLE t", IN},
    {"REINDEX (CONCURRENTLY 0) TABLE t", IN},
    {"REINDEX SCHEMA public", OUT},
    {"REINDEX DATABASE postgres", OUT},
    {"REINDEX SYSTEM postgres", OUT},
    {"REINDEX (VERBOSE) SCHEMA public", OUT},
    {"REINDEX TABLE \"concurrently\"", IN},
    {"VACUUM", OUT},
    {"VACUUM t", OUT},
    {"VACUUM (ANALYZE) t", OUT},
    {"ANALYZE t", IN},
    {"ANALYZE", IN},
    {"CLUSTER", OUT},
    {"CLUSTER VERBOSE", OUT},
    {"CLUSTER t USING ti", IN},
    {"CLUSTER VERBOSE t USING ti", IN},
    {"CLUSTER (VERBOSE) t USING ti", IN},
    {"CREATE DATABASE new_one", OUT},
    {"DROP DATABASE nothing_there", OUT},
    {"DROP DATABASE IF EXISTS nothing_there WITH (FORCE)", OUT},
    {"ALTER DATABASE postgres SET TABLESPACE pg_default", OUT},
    {"ALTER DATABASE \"other db\" SET TABLESPACE pg_default", OUT},
    {"ALTER DATABASE postgres SET work_mem = '4MB'", IN},
    {"ALTER DATABASE postgres RENAME TO q", IN},
    {"CREATE TABLESPACE s LOCATION '/nowhere'", OUT},
    {"DROP TABLESPACE s", OUT},
    {"ALTER TABLESPACE pg_default SET (seq_page_cost = 1)", IN},
    {"ALTER SYSTEM SET work_mem = '4MB'", OUT},
    {"ALTER SYSTEM RESET ALL", OUT},
    {"ALTER TABLE parts DETACH PARTITION part_1 CONCURRENTLY", OUT},
    {"ALTER TABLE IF EXISTS public.parts DETACH PARTITION public.\"part 2\" CONCURRENTLY", OUT},
    {"ALTER TABLE parts DETACH PARTITION part_1", IN},
    {"ALTER TABLE parts DETACH PARTITION part_1 FINALIZE", IN},
    {"ALTER TABLE parts ATTACH PARTITION part_3 DEFAULT", IN},
    {"ALTER TABLE t ADD COLUMN \"concurrently\" int", IN},
    {"ALTER TYPE mood ADD VALUE 'bored'", IN},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY mv", IN},
    {"CREATE SUBSCRIPTION s1 CONNECTION 'host=/nowhere' PUBLICATION p", OUT},
    {"CREATE SUBSCRIPTION s1 CONNECTION 'x=create_slot=false' PUBLICATION connect", OUT},
    {"CREATE SUBSCRIPTION s1 CONNECTION '' PUBLICATION p WITH (create_slot = true)", OUT},
    {"CREATE SUBSCRIPTION s1 CONNECTION 'host=/nowhere' PUBLICATION p WITH (create_slot = false)",
     IN},
    {"CREATE SUBSCRIPTION s1 CONNECTION '' PUBLICATION p WITH (enabled = off, connect = false)",
     IN},
    {"CREATE SUBSCRIPTION s1 CONNECTION '' PUBLICATION connect WITH (connect = false)", IN},
    {"DROP SUBSCRIPTION with_slot", OUT},
    {"ALTER SUBSCRIPTION with_slot REFRESH PUBLICATION", OUT},
    {"ALTER SUBSCRIPTION with_slot REFRESH PUBLICATION WITH (copy_data = false)", OUT},
    {"ALTER SUBSCRIPTION with_slot SET PUBLICATION q", OUT},
    {"ALTER SUBSCRIPTION with_slot SET PUBLICATION q WITH (refresh = true)", OUT},
    {"ALTER SUBSCRIPTION with_slot SET PUBLICATION q WITH (refresh = false)", IN},
    {"ALTER SUBSCRIPTION with_slot ADD PUBLICATION q, r", OUT},
    {"ALTER SUBSCRIPTION with_slot ADD PUBLICATION q WITH (refresh = 'off')", IN},
    {"ALTER SUBSCRIPTION with_slot DROP PUBLICATION p", OUT},
    {"ALTER SUBSCRIPTION with_slot DROP PUBLICATION p WITH (copy_data = off, refresh = 0)", IN},
    {"ALTER SUBSCRIPTION with_slot SET (slot_name = 'other')", IN},
    {"ALTER SUBSCRIPTION with_slot DISABLE", IN},
    {"DISCARD ALL", OUT},
    {"DISCARD TEMP", IN},
    {"DISCARD PLANS", IN},
    {"LOCK TABLE t", IN},
    {"CHECKPOINT", IN},
    {"SAVEPOINT a", IN},
    {"SET work_mem = '4MB'", IN},
    {"SET TRANSACTION READ ONLY", IN},
    {"SELECT 'VACUUM'", IN},
    {"(SELECT 1)", IN},
    {"DO $$ BEGIN PERFORM 1; END $$", IN},
    {"INSERT INTO t VALUES (1)", IN},
    {"WITH vacuum AS (SELECT 1) SELECT * FROM vacuum", IN},
    {"\"VACUUM\"", IN},
    {"PREPARE transaction AS SELECT 1", IN},
    {"COPY t TO STDOUT", IN},
    {"COPY (SELECT 1) TO STDOUT", IN},
    {"COPY t TO STDIN", IN},
    {"COPY t FROM '/nowhere/file'", IN},
    {"COPY t FROM PROGRAM 'cat /dev/null'", IN},
};

// 17: the slot's failover cannot be rolled back; 18: nor can its two_phase
static const struct {
    const char *sql;
    StatementClass class;
} LATER_CASES[] = {
    {"ALTER SUBSCRIPTION s SET (failover = true)", OUT},
    {"ALTER SUBSCRIPTION s SET (two_phase = false)", OUT},
    {"CLUSTER (VERBOSE)", OUT}, // syntax of 17
};

static const struct {
    const char *sql;
    StatementClass class;
} OTHER_CASES[] = {
    {"BEGIN", STATEMENT_BEGIN},
    {"begin isolation level serializable", STATEMENT_BEGIN},
    {"START TRANSACTION READ ONLY", STATEMENT_BEGIN},
    {"COMMIT", STATEMENT_COMMIT},
    {"COMMIT WORK", STATEMENT_COMMIT},
    {"COMMIT AND CHAIN", STATEMENT_COMMIT},
    {"end", STATEMENT_COMMIT},
    {"ROLLBACK", STATEMENT_ROLLBACK},
    {"ROLLBACK TRANSACTION", STATEMENT_ROLLBACK},
    {"ABORT", STATEMENT_ROLLBACK},
    {"ABORT WORK", STATEMENT_ROLLBACK},
    {"ROLLBACK TO a", STATEMENT_TRANSACTIONAL},
    {"ROLLBACK WORK TO SAVEPOINT a", STATEMENT_TRANSACTIONAL},
    {"ROLLBACK TRANSACTION /* x */ TO SAVEPOINT a", STATEMENT_TRANSACTIONAL},
    {"PREPARE TRANSACTION 'x'", STATEMENT_PREPARE_TRANSACTION},
    {"COMMIT PREPARED 'x'", STATEMENT_PREPARE_TRANSACTION},
    {"ROLLBACK PREPARED 'x'", STATEMENT_PREPARE_TRANSACTION},
    {"COPY t FROM STDIN", STATEMENT_COPY_IN},
    {"copy t from stdin", STATEMENT_COPY_IN},
    {"COPY t FROM STDOUT", STATEMENT_COPY_IN},
    {"COPY public.t (a, b) FROM stdin", STATEMENT_COPY_IN},
    {"COPY \"FROM\".\"t (\" (\"a)\", b) FROM stdin WITH (FORMAT csv)", STATEMENT_COPY_IN},
    {"COPY U&\"t\\0041\" FROM stdin", STATEMENT_COPY_IN},
    {"COPY t FROM stdin with delimiter ','", STATEMENT_COPY_IN},
    {"COPY BINARY t FROM stdin", STATEMENT_COPY_IN},
    {"COPY t FROM stdin CSV HEADER", STATEMENT_COPY_IN},
    {"/* a */ COPY -- b\n t /* (c */ FROM --d\n stdin", STATEMENT_COPY_IN},
    {"COPY t FROM stdin WHERE a > 1", STATEMENT_COPY_IN},
    {"COPY t FROM \"stdin\"", STATEMENT_TRANSACTIONAL},
    {"", STATEMENT_TRANSACTIONAL},
};

#define CHECK_ALL(cases)                                                                           \
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {                                    \
        StatementClass class = statement_classify(str_from(cases[i].sql));                         \
        if (class != cases[i].class)                                                               \
            fail_msg("%s: class %d, expected %d", cases[i].sql, (int)class, (int)cases[i].class);  \
    }

static void classes_of_blocks(void **state)
{
    CHECK_ALL(BLOCK_CASES);
}

static void classes_of_later_servers(void **state)
{
    CHECK_ALL(LATER_CASES);
}

static void classes_of_transaction_commands_and_copy(void **state)
{
    CHECK_ALL(OTHER_CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_of_blocks),
        cmocka_unit_test(classes_of_later_servers),
        cmocka_unit_test(classes_of_transaction_commands_and_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
