// Rehearsals as values, for the tests of their reports: one with a migration of every kind and
// hostile names, one that passed, and one as large as they get.
#pragma once

#include "check/rehearsal.h"

static const char DIGEST[] = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
static const char HOSTILE[] = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`|";

static inline TraceStatement *fixture_statement(Arena *arena, Trace *trace, const char *label,
                                                int64_t ms)
{
    size_t count = trace->statements.len;
    int64_t from = count ? trace->statements.items[count - 1].ran.to_us + 700 : 500;
    TraceStatement *statement = vec_append(arena, &trace->statements);
    *statement = (TraceStatement){
        .place = TRACE_IN_TRANSACTION,
        .transaction = 1,
        .ordinal = (int)count + 1,
        .position = {(int)count * 2 + 3, 1},
        .label = label,
        .text = arena_printf(arena, "%s something", label),
        .ran = {from, from + ms * 1000},
        .rows = -1,
        .wal_bytes = 8192 + ms * 1000,
        .temp_bytes = 0,
        .size_before = 8000000,
        .size_peak = 9000000,
        .size_after = 8500000,
    };
    trace->transactions = 1;
    return statement;
}

static inline TraceStatement *fixture_commit(Arena *arena, Trace *trace, int64_t ms)
{
    TraceStatement *statement = fixture_statement(arena, trace, "COMMIT", ms);
    statement->place = TRACE_COMMIT;
    statement->ordinal = 0;
    statement->position = (Position){0, 0};
    statement->text = NULL;
    return statement;
}

static inline TraceRelation *fixture_relation(Arena *arena, TraceStatement *statement, uint32_t oid,
                                              const char *name, LockMode mode)
{
    TraceRelation *relation = trace_relation_at(arena, &statement->relations, oid);
    relation->name = name;
    relation->kind = 'r';
    relation->locked = lock_modes_of(mode);
    relation->is_index_valid = true;
    return relation;
}

static inline RehearsedMigration *fixture_migration(Arena *arena, Rehearsal *rehearsal,
                                                    const char *version, const char *name)
{
    RehearsedMigration *migration = vec_append(arena, &rehearsal->migrations);
    *migration = (RehearsedMigration){
        .version = version,
        .name = name,
        .file = arena_printf(arena, "migrations/%s_%s.up.sql", version, name),
        .down_file = arena_printf(arena, "migrations/%s_%s.down.sql", version, name),
        .up_checksum = DIGEST,
        .down_checksum = DIGEST,
        .fingerprint_before = DIGEST,
        .fingerprint_after = DIGEST,
        .risk = "low",
        .up = {.was_run = true, .ms = 12, .estimate = {.low_ms = -1}},
        .down = {.was_run = true, .ms = 7, .estimate = {.low_ms = -1}},
        .again_ms = 11,
        .back = ROUND_TRIP_EXACT,
    };
    return migration;
}

static inline RehearsalFinding *fixture_finding(Arena *arena, RehearsedMigration *migration,
                                                RehearsalProblem problem, const char *message)
{
    RehearsalFinding *finding = vec_append(arena, &migration->findings);
    *finding = (RehearsalFinding){
        .problem = problem, .message = message, .file = migration->file, .position = {3, 1}};
    return finding;
}

// A table is written anew, another is locked behind it, all in one transaction.
static inline void fixture_rewrite(Arena *arena, Trace *trace)
{
    TraceStatement *first = fixture_statement(arena, trace, "ALTER TABLE", 3100);
    TraceRelation *orders =
        fixture_relation(arena, first, 100, "public.orders", LOCK_ACCESS_EXCLUSIVE);
    orders->is_rewritten = true;
    orders->reads_blocked_us = 3080000;
    orders->writes_blocked_us = 3080000;
    orders->bytes_before = 4000000;
    orders->bytes_after = 5000000;
    TraceRelation *key =
        fixture_relation(arena, first, 101, "public.orders_pkey", LOCK_ACCESS_EXCLUSIVE);
    key->kind = 'i';
    key->owner = "public.orders";
    key->is_rewritten = true;
    TraceStatement *second = fixture_statement(arena, trace, "UPDATE", 900);
    second->rows = 120000;
    second->temp_bytes = 2000000;
    fixture_relation(arena, second, 200, "public.customers", LOCK_ROW_EXCLUSIVE);
    TraceRelation *waiting = trace_relation_at(arena, &second->relations, 100);
    waiting->name = "public.orders";
    waiting->kind = 'r';
    waiting->reads_blocked_us = 900000;
    waiting->writes_blocked_us = 900000;
    TraceStatement *third = fixture_statement(arena, trace, "CREATE INDEX", 450);
    TraceRelation *customers = fixture_relation(arena, third, 200, "public.customers", LOCK_SHARE);
    customers->reads_blocked_us = 0;
    customers->writes_blocked_us = 430000;
    TraceRelation *made =
        fixture_relation(arena, third, 300, "public.customers_name", LOCK_ACCESS_EXCLUSIVE);
    made->kind = 'i';
    made->owner = "public.customers";
    made->is_created = true;
    fixture_commit(arena, trace, 2);
}

static inline void fixture_concurrent(Arena *arena, Trace *trace)
{
    TraceStatement *statement = fixture_statement(arena, trace, "CREATE INDEX CONCURRENTLY", 2400);
    statement->place = TRACE_OUTSIDE;
    statement->transaction = 0;
    statement->waited_us = 320000;
    TraceRelation *orders =
        fixture_relation(arena, statement, 100, "public.orders", LOCK_SHARE_UPDATE_EXCLUSIVE);
    orders->reads_blocked_us = 0;
    orders->writes_blocked_us = 0;
    trace_phase_seen(arena, &statement->phases, "CREATE INDEX CONCURRENTLY",
                     "waiting for writers before build", 100000);
    trace_phase_seen(arena, &statement->phases, "CREATE INDEX CONCURRENTLY", "building index",
                     420000);
}

static inline void fixture_failures(Arena *arena, Rehearsal *rehearsal)
{
    RehearsedMigration *wrong = fixture_migration(arena, rehearsal, "004", "wrong_down");
    fixture_statement(arena, &wrong->up.trace, "CREATE TABLE", 3);
    wrong->back = ROUND_TRIP_DIFFERS;
    *vec_append(arena, &wrong->left) = "+ index public.orders_total";
    RehearsalFinding *differs = fixture_finding(arena, wrong, REHEARSAL_DOWN_DIFFERS,
                                                "the down leaves another schema than before");
    differs->file = wrong->down_file;
    differs->detail = "+ index public.orders_total\nand 1 row of table public.orders";
    RehearsedMigration *missing = fixture_migration(arena, rehearsal, "005", "no_down");
    missing->down_file = NULL;
    missing->down_checksum = NULL;
    missing->down = (RehearsedWay){.estimate = {.low_ms = -1}};
    missing->back = ROUND_TRIP_NOT_TRIED;
    missing->again_ms = -1;
    fixture_finding(arena, missing, REHEARSAL_DOWN_MISSING, "it has no down")->position =
        (Position){0, 0};
    RehearsedMigration *hostile = fixture_migration(arena, rehearsal, "006", HOSTILE);
    hostile->file = "migrations/006_\x1b[2J<b>|`x`.sql";
    TraceStatement *failed = fixture_statement(arena, &hostile->up.trace, "ALTER TABLE", 20);
    failed->text = "ALTER TABLE \"</pre><script>alert(3)</script>\" ADD COLUMN a int";
    failed->has_failed = true;
    memcpy(failed->sqlstate, "42P01", 6);
    fixture_relation(arena, failed, 400, "public.\"</text><script>alert(4)</script> | `x`\"",
                     LOCK_ACCESS_EXCLUSIVE)
        ->writes_blocked_us = 18000;
    hostile->up.has_failed = true;
    hostile->down = (RehearsedWay){.estimate = {.low_ms = -1}};
    hostile->back = ROUND_TRIP_NOT_TRIED;
    RehearsalFinding *finding = fixture_finding(arena, hostile, REHEARSAL_UP_FAILED,
                                                "relation \"<img src=x onerror=alert(5)>\" does "
                                                "not exist | \x1b[31mred");
    finding->sqlstate = "42P01";
    finding->detail = "[a link](javascript:alert(6))\n# no heading\n```\n<details>";
    RehearsedMigration *after = fixture_migration(arena, rehearsal, "007", "never_tried");
    after->up = after->down = (RehearsedWay){.estimate = {.low_ms = -1}};
    after->back = ROUND_TRIP_NOT_TRIED;
    after->fingerprint_before = after->fingerprint_after = NULL;
    fixture_finding(arena, after, REHEARSAL_NOT_REACHED, "006 failed before it");
}

static inline void fixture_probes(Arena *arena, RehearsedMigration *migration)
{
    *vec_append(arena, &migration->probes) =
        (ConstraintProbe){"not null", "public.orders", "currency", CONSTRAINT_HOLDS, NULL};
    *vec_append(arena, &migration->probes) = (ConstraintProbe){
        "check", "public.orders", "orders_total", CONSTRAINT_NOT_PROBED, "it calls a function"};
}

static inline Rehearsal fixture_base(Arena *arena)
{
    Rehearsal rehearsal = {
        .run_id = "0b7e9a3c-3d0e-4f59-8f5a-5f4c6a1d2e3f",
        .made_at = "2026-03-01T12:00:00Z",
        .tool_version = "1.2.3",
        .environment = "production",
        .database = "shop on db.example.org",
        .copy = {.kind = REHEARSAL_FROM_DUMP,
                 .why = "the live database has 4.2 GB, which a dump takes in minutes",
                 .server = "15.10",
                 .place = "a throwaway server",
                 .role = "deployer",
                 .bytes = 4200000000,
                 .tables = 34,
                 .rows = 120000000,
                 .made_ms = 125000},
        .limits = {.migration_ms = 30000, .blocked_ms = 1000},
        .queries = {.files = 3, .statements = 240, .unprepared = 2},
        .total_ms = 189000,
    };
    *vec_append(arena, &rehearsal.copy.limits) =
        "The cache is warm: all of it was written just now.";
    return rehearsal;
}

static inline Rehearsal rehearsal_every_kind(Arena *arena)
{
    Rehearsal rehearsal = fixture_base(arena);
    RehearsedMigration *slow = fixture_migration(arena, &rehearsal, "001", "orders_currency");
    fixture_rewrite(arena, &slow->up.trace);
    fixture_statement(arena, &slow->down.trace, "ALTER TABLE", 40);
    slow->up.ms = 4470;
    slow->up.estimate = (RehearsalEstimate){35000, 41000, "by rows: 9 times as many"};
    slow->risk = "high";
    slow->header_ms = 2000;
    slow->verified = 2;
    slow->recovered = 3;
    *vec_append(arena, &slow->changes) = "+ column public.orders.currency: text, not null";
    *vec_append(arena, &slow->changes) = "+ index public.customers_name: <b>btree</b> (name)";
    fixture_probes(arena, slow);
    fixture_finding(arena, slow, REHEARSAL_BLOCKED_TOO_LONG,
                    "reads and writes of public.orders wait 3.9 s, the limit is 1.0 s");
    fixture_finding(arena, slow, REHEARSAL_ESTIMATE_EXCEEDED,
                    "it took 4.4 s, its header says 2.0 s");
    RehearsedMigration *concurrent = fixture_migration(arena, &rehearsal, "002", "index_orders");
    fixture_concurrent(arena, &concurrent->up.trace);
    concurrent->up.ms = 2400;
    RehearsedMigration *kept = fixture_migration(arena, &rehearsal, "003", "drop_history");
    fixture_statement(arena, &kept->up.trace, "DROP TABLE", 4);
    kept->irreversible = "the history is in the archive";
    kept->back = ROUND_TRIP_NOT_TRIED;
    kept->down_file = NULL;
    kept->down_checksum = NULL;
    kept->down = (RehearsedWay){.estimate = {.low_ms = -1}};
    fixture_finding(arena, kept, REHEARSAL_SERVER_WIDE, "it drops role reporter");
    fixture_failures(arena, &rehearsal);
    *vec_append(arena, &rehearsal.server_wide) = "- role reporter";
    *vec_append(arena, &rehearsal.findings) = (RehearsalFinding){
        .problem = REHEARSAL_OLD_QUERY_BROKEN,
        .message = "behind all ups a statement of the application cannot be prepared",
        .detail = "SELECT total FROM orders",
    };
    return rehearsal;
}

static inline Rehearsal rehearsal_passed(Arena *arena)
{
    Rehearsal rehearsal = fixture_base(arena);
    rehearsal.environment = NULL;
    rehearsal.database = NULL;
    rehearsal.queries = (RehearsalQueries){0};
    rehearsal.copy = (RehearsalCopy){.kind = REHEARSAL_FROM_EMPTY,
                                     .why = "it was asked for",
                                     .server = "15.10",
                                     .place = "a throwaway server",
                                     .role = "postgres",
                                     .is_superuser = true,
                                     .rows = -1};
    *vec_append(arena, &rehearsal.copy.limits) = "Empty tables have no cost of scans and rewrites.";
    for (int i = 1; i <= 3; i++) {
        RehearsedMigration *migration = fixture_migration(
            arena, &rehearsal, arena_printf(arena, "%03d", i), arena_printf(arena, "table_%d", i));
        fixture_statement(arena, &migration->up.trace, "CREATE TABLE", i);
        fixture_commit(arena, &migration->up.trace, 1);
        fixture_statement(arena, &migration->down.trace, "DROP TABLE", 1);
    }
    return rehearsal;
}

// As many migrations as said, the last one with that many statements.
static inline Rehearsal rehearsal_large(Arena *arena, int migrations, int statements)
{
    Rehearsal rehearsal = rehearsal_passed(arena);
    for (int i = 4; i <= migrations; i++) {
        RehearsedMigration *migration = fixture_migration(
            arena, &rehearsal, arena_printf(arena, "%03d", i), arena_printf(arena, "table_%d", i));
        int count = i == migrations ? statements : 2;
        for (int j = 0; j < count; j++) {
            TraceStatement *statement =
                fixture_statement(arena, &migration->up.trace, "ALTER TABLE", 1 + j % 7);
            const char *table = arena_printf(arena, "public.table_%d", j % 50);
            fixture_relation(arena, statement, (uint32_t)(1000 + j % 50), table,
                             j % 3 ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE);
        }
        migration->up.ms = rehearsal_ran_ms(&migration->up.trace);
    }
    return rehearsal;
}
