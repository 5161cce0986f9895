// Where and how a table is kept: each change of it writes the whole table anew, behind the
// strongest lock. And LOCK TABLE, which takes such a lock by its name.
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "sql/quote.h"

#include <string.h>

// Built beside and swapped in: the way around every rewrite.
static const char *beside_and_swap(const Judged *judged, const Node *range, const char *clause)
{
    const char *table = object_sql(judged, range);
    const char *last = node_text(range, "relname");
    return judged_printf(judged,
                         "CREATE %sTABLE %.55s_next (LIKE %s INCLUDING ALL)%s;\n"
                         "-- copy in batches, keep it in step with a trigger, then in one short "
                         "transaction:\n"
                         "ALTER TABLE %s RENAME TO %.55s_old;\n"
                         "ALTER TABLE %.55s_next RENAME TO %s;",
                         strcmp(clause, "UNLOGGED ") == 0 ? clause : "", table, table,
                         strcmp(clause, "UNLOGGED ") == 0 ? "" : clause, table, last, table,
                         quote_name(judged->scratch, last));
}

// set-logged-unlogged

static void check_logged(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    bool becomes_unlogged = node_text_is(judged->command, "subtype", "AT_SetUnLogged");
    bool is_known = relation && !relation->is_only_altered;
    if (object_is_ours(judged, range) || (is_known && relation->is_unlogged == becomes_unlogged))
        return;
    const char *name = judged_name(judged, range);
    Finding *finding = judged_report(
        judged, judged->command, name,
        becomes_unlogged ? "rewrites %s under ACCESS EXCLUSIVE, and a crash will empty it from "
                           "then on; replicas do not have it"
                         : "rewrites %s, into the WAL as well, under ACCESS EXCLUSIVE",
        name);
    finding->instead = beside_and_swap(judged, range, becomes_unlogged ? "UNLOGGED " : "");
}

#define ORDERS                                                                                     \
    "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);"                                  \
    "INSERT INTO orders SELECT n, n FROM generate_series(1, 100) AS n;"
static const RuleExample LOGGED_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders SET UNLOGGED;"},
    {.setup = "CREATE UNLOGGED TABLE cache (id bigint);", .sql = "ALTER TABLE cache SET LOGGED;"},
    {0},
};
static const RuleExample LOGGED_GOOD[] = {
    {.sql = "CREATE UNLOGGED TABLE cache (id bigint);", .note = "from its first day"},
    {.setup = ORDERS, .sql = "ALTER TABLE orders SET LOGGED;", .note = "it is: nothing happens"},
    {.sql = "CREATE UNLOGGED TABLE cache (id bigint); ALTER TABLE cache SET LOGGED;",
     .note = "made in the same file"},
    {0},
};

// vacuum-full-cluster

static bool is_full(const Node *statement)
{
    NODE_EACH(option, node_field(statement, "options"))
    {
        if (!node_text_is(option, "defname", "full"))
            continue;
        const char *value = node_text(option, "arg");
        return strcmp(value, "false") != 0 && strcmp(value, "off") != 0 &&
               !(node_has(option, "arg.ival") && node_int(option, "arg") == 0);
    }
    return false;
}

static void report_rewrite(const Judged *judged, const Node *range, const char *what)
{
    if (range && object_is_ours(judged, range))
        return;
    const char *name = range ? judged_name(judged, range) : "";
    Finding *finding = judged_report(
        judged, range, name, "%s writes %s anew under ACCESS EXCLUSIVE: nobody reads it meanwhile",
        what, range ? name : "every table");
    if (range)
        finding->instead =
            judged_printf(judged,
                          "VACUUM (ANALYZE) %s; -- makes the space usable again, blocks nobody\n"
                          "-- to give it back to the disk: pg_repack --table=%s",
                          object_sql(judged, range), name);
}

static void check_full(const Judged *judged)
{
    if (node_is(judged->node, "ClusterStmt")) {
        report_rewrite(judged, node_field(judged->node, "relation"), "CLUSTER");
        return;
    }
    if (!is_full(judged->node))
        return;
    NODE_EACH(item, node_field(judged->node, "rels"))
    report_rewrite(judged, node_field(item, "relation"), "VACUUM FULL");
    if (!node_has(judged->node, "rels"))
        report_rewrite(judged, NULL, "VACUUM FULL");
}

static const RuleExample FULL_BAD[] = {
    {.setup = ORDERS, .sql = "CLUSTER orders USING orders_pkey;"},
    {.setup = ORDERS, .sql = "VACUUM FULL orders;"},
    {.setup = ORDERS, .sql = "VACUUM (FULL, ANALYZE) orders;"},
    {0},
};
static const RuleExample FULL_GOOD[] = {
    {.setup = ORDERS, .sql = "VACUUM (ANALYZE) orders;"},
    {.setup = ORDERS, .sql = "VACUUM (FULL false) orders;"},
    {.setup = ORDERS,
     .sql = "ALTER TABLE orders CLUSTER ON orders_pkey;",
     .note = "only a mark for the next CLUSTER"},
    {0},
};

// set-tablespace, set-access-method

static void check_tablespace(const Judged *judged)
{
    if (node_is(judged->node, "AlterTableMoveAllStmt")) {
        judged_report(judged, NULL, "",
                      "copies every table or index of tablespace %s, each under ACCESS EXCLUSIVE",
                      node_text(judged->node, "orig_tablespacename"));
        return;
    }
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (object_is_ours(judged, range) || (relation && relation->kind == RELATION_PARTITIONED))
        return;
    const char *name = judged_name(judged, range);
    const char *space = node_text(judged->command, "name");
    Finding *finding =
        judged_report(judged, judged->command, name,
                      "copies %s to tablespace %s under ACCESS EXCLUSIVE", name, space);
    if (node_text_is(judged->node, "objtype", "OBJECT_INDEX"))
        finding->instead = judged_printf(
            judged, "-- 14 and later\nREINDEX (TABLESPACE %s, CONCURRENTLY) INDEX %s;",
            quote_name(judged->scratch, space), object_sql(judged, range));
    else
        finding->instead = beside_and_swap(
            judged, range,
            judged_printf(judged, " TABLESPACE %s", quote_name(judged->scratch, space)));
}

static const RuleExample TABLESPACE_BAD[] = {
    {.setup = ORDERS, .sql = "ALTER TABLE orders SET TABLESPACE pg_default;"},
    {.setup = ORDERS, .sql = "ALTER INDEX orders_pkey SET TABLESPACE pg_default;"},
    {0},
};
static const RuleExample TABLESPACE_GOOD[] = {
    {.sql = "CREATE TABLE orders (id bigint) TABLESPACE pg_default;"},
    {0},
};

static void check_access_method(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (object_is_ours(judged, range) || (relation && relation->kind == RELATION_PARTITIONED))
        return;
    const char *name = judged_name(judged, range);
    const char *method = node_text(judged->command, "name");
    Finding *finding = judged_report(judged, judged->command, name,
                                     "rewrites %s for access method %s under ACCESS EXCLUSIVE",
                                     name, *method ? method : "of the default");
    finding->instead = beside_and_swap(
        judged, range,
        *method ? judged_printf(judged, " USING %s", quote_name(judged->scratch, method)) : "");
}

static const RuleExample ACCESS_METHOD_BAD[] = {
    {.setup = ORDERS "CREATE ACCESS METHOD heap_two TYPE TABLE HANDLER heap_tableam_handler;",
     .sql = "ALTER TABLE orders SET ACCESS METHOD heap_two;",
     .pg_from = 15},
    {0},
};
static const RuleExample ACCESS_METHOD_GOOD[] = {
    {.sql = "CREATE TABLE orders (id bigint) USING heap;", .pg_from = 15},
    {.setup = "CREATE TABLE orders (id bigint) PARTITION BY RANGE (id);",
     .sql = "ALTER TABLE orders SET ACCESS METHOD heap;",
     .note = "of a partitioned table: for the partitions to come",
     .pg_from = 17},
    {0},
};

// lock-table-explicit

static void check_lock(const Judged *judged)
{
    LockMode mode = (LockMode)node_int(judged->node, "mode");
    if (!lock_mode_blocks_writes(mode))
        return;
    NODE_EACH(range, node_field(judged->node, "relations"))
    {
        if (object_is_ours(judged, range))
            continue;
        const char *name = judged_name(judged, range);
        Finding *finding = judged_report(
            judged, range, name, "locks %s in %s mode: %s wait until the commit", name,
            lock_mode_name(mode), lock_mode_blocks_reads(mode) ? "readers and writers" : "writers");
        finding->instead =
            judged_printf(judged,
                          "-- keeps other schema changes and VACUUM out, no reader and no writer\n"
                          "LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE;",
                          object_sql(judged, range));
    }
}

static const RuleExample LOCK_BAD[] = {
    {.setup = ORDERS, .sql = "LOCK TABLE orders;"},
    {.setup = ORDERS, .sql = "LOCK TABLE orders IN SHARE MODE;"},
    {.setup = ORDERS, .sql = "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE NOWAIT;"},
    {0},
};
static const RuleExample LOCK_GOOD[] = {
    {.setup = ORDERS, .sql = "LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;"},
    {.sql = "CREATE TABLE orders (id bigint); LOCK TABLE orders;", .note = "nobody else sees it"},
    {0},
};

const Rule RULES_STORAGE[] = {
    {
        .id = "set-logged-unlogged",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "SET LOGGED and SET UNLOGGED rewrite the table",
        .why = "The heap and all indexes are written anew under ACCESS EXCLUSIVE, so nobody reads "
               "or writes until it is done. An unlogged table is emptied by every crash and is not "
               "on replicas; a logged one goes into the WAL as a whole.",
        .instead = "make a new table of the wanted kind, copy in batches, swap the names",
        .instead_sql = "CREATE UNLOGGED TABLE orders_next (LIKE orders INCLUDING ALL);",
        .on = "AT_SetLogged AT_SetUnLogged",
        .check = check_logged,
        .bad = LOGGED_BAD,
        .good = LOGGED_GOOD,
        .claim = {.relation = "public.orders", .is_rewritten = true},
    },
    {
        .id = "vacuum-full-cluster",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "VACUUM FULL and CLUSTER rewrite the table behind ACCESS EXCLUSIVE",
        .why = "The table and its indexes are copied, so both copies need room on disk, and no "
               "query touches the table until the copy is done. Plain VACUUM makes dead space "
               "usable again and blocks nobody.",
        .instead = "plain VACUUM; where the disk needs the space back, pg_repack, or REPACK "
                   "(CONCURRENTLY) of PostgreSQL 19",
        .instead_sql = "VACUUM (ANALYZE) orders;",
        .aliases = "squawk:prefer-repack",
        .on = "VacuumStmt ClusterStmt",
        .check = check_full,
        .bad = FULL_BAD,
        .good = FULL_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "set-tablespace",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "SET TABLESPACE copies the files under ACCESS EXCLUSIVE",
        .why = "Every byte of the table is copied to the other place and into the WAL while the "
               "strongest lock is held; of an index, every query on its table waits as well, since "
               "planning opens it. It is no copy only when the table is there already.",
        .instead = "build the table in the other tablespace and swap the names; an index: REINDEX "
                   "(TABLESPACE ..., CONCURRENTLY) from 14 on",
        .instead_sql = "CREATE TABLE orders_next (LIKE orders INCLUDING ALL) TABLESPACE fast;",
        .on = "AT_SetTableSpace AlterTableMoveAllStmt",
        .check = check_tablespace,
        .bad = TABLESPACE_BAD,
        .good = TABLESPACE_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "set-access-method",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .pg_from = 15,
        .summary = "SET ACCESS METHOD rewrites the table",
        .why = "All rows are written anew in the other form, with all indexes, under ACCESS "
               "EXCLUSIVE. Of a partitioned table it is only a note for partitions to come, from "
               "17 on.",
        .instead = "make a new table with the access method, copy in batches, swap the names",
        .instead_sql = "CREATE TABLE orders_next (LIKE orders INCLUDING ALL) USING columnar;",
        .on = "AT_SetAccessMethod",
        .check = check_access_method,
        .bad = ACCESS_METHOD_BAD,
        .good = ACCESS_METHOD_GOOD,
        .claim = {.relation = "public.orders", .is_rewritten = true},
    },
    {
        .id = "lock-table-explicit",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "LOCK TABLE blocks the application until the commit",
        .why = "Without a mode it takes ACCESS EXCLUSIVE, which even a SELECT waits for, and keeps "
               "it until the transaction ends; all that the migration does meanwhile is time "
               "that the application waits. NOWAIT spares the queue, not the wait of others.",
        .instead = "take the weakest mode that does: SHARE UPDATE EXCLUSIVE keeps other schema "
                   "changes out and lets reads and writes through",
        .instead_sql = "LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;",
        .on = "LockStmt",
        .check = check_lock,
        .bad = LOCK_BAD,
        .good = LOCK_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
