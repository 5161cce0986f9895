// CREATE INDEX on tables that are in use, and names that are taken.
#include "check/rules/families.h"
#include "check/rules/index_form.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include <string.h>

static bool is_partitioned(const Relation *relation)
{
    return relation && relation->kind == RELATION_PARTITIONED;
}

// IF NOT EXISTS of an index that is there makes nothing.
static bool makes_nothing(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const char *name = node_text(judged->node, "idxname");
    Index *index;
    return *name && node_flag(judged->node, "if_not_exists") &&
           model_index(judged->model, node_text(range, "schemaname"), name, &index);
}

// create-index-blocking

static void check_blocking(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (node_flag(judged->node, "concurrent") || is_partitioned(relation) ||
        verdict_nobody_waits(judged, relation) || makes_nothing(judged))
        return;
    bool is_view = relation && relation->kind == RELATION_MATERIALIZED_VIEW;
    Finding *finding = judged_report(
        judged, NULL, judged_name(judged, range),
        is_view
            ? "building index %s blocks every REFRESH of %s until it is there"
            : "building index %s blocks every INSERT, UPDATE and DELETE on %s until it is there",
        index_form_name(judged), judged_name(judged, range));
    finding->instead = index_form_concurrent(judged, false);
}

#define ORDERS                                                                                     \
    "CREATE TABLE orders (id bigint PRIMARY KEY, status text, placed_at timestamptz);\n"           \
    "INSERT INTO orders VALUES (1, 'new', now());"

static const RuleExample BLOCKING_BAD[] = {
    {.setup = ORDERS, .sql = "CREATE INDEX orders_status_idx ON orders (status);"},
    {.sql =
         "CREATE UNIQUE INDEX ON shop.orders USING btree (lower(status)) WHERE status <> 'new';"},
    {.setup = ORDERS,
     .sql = "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX orders_status_idx ON orders (status);",
     .note = "the table was there before"},
    {0},
};
static const RuleExample BLOCKING_GOOD[] = {
    {.setup = ORDERS, .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);"},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX orders_status_idx ON orders (status);",
     .note = "the table is made in the same transaction"},
    {.sql = "CREATE TEMPORARY TABLE found (id bigint);\n"
            "CREATE INDEX found_id_idx ON found (id);"},
    {.setup = ORDERS "\nCREATE INDEX orders_status_idx ON orders (status);",
     .sql = "ALTER INDEX orders_status_idx RENAME TO orders_by_status_idx;",
     .note = "a new name takes SHARE UPDATE EXCLUSIVE on the index, and code does not know it"},
    {0},
};

// create-index-partitioned

static void check_partitioned(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (node_flag(judged->node, "concurrent") || !is_partitioned(relation) ||
        verdict_is_only(range) || verdict_nobody_waits(judged, relation) || makes_nothing(judged))
        return;
    Finding *finding = judged_report(
        judged, NULL, judged_name(judged, range),
        "building index %s blocks writes to %s and to all its partitions until the last of them "
        "has it",
        index_form_name(judged), judged_name(judged, range));
    finding->instead = index_form_partitioned(judged, relation);
}

#define EVENTS                                                                                     \
    "CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);\n"                        \
    "CREATE TABLE events_2030 PARTITION OF events\n"                                               \
    "    FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');\n"                                      \
    "INSERT INTO events VALUES (1, '2030-05-05');"

static const RuleExample PARTITIONED_BAD[] = {
    {.setup = EVENTS, .sql = "CREATE INDEX events_id_idx ON events (id);"},
    {0},
};
static const RuleExample PARTITIONED_GOOD[] = {
    {.setup = EVENTS, .sql = "CREATE INDEX events_id_idx ON ONLY events (id);"},
    {.setup = EVENTS "\nCREATE INDEX events_id_idx ON ONLY events (id);",
     .sql = "CREATE INDEX CONCURRENTLY events_2030_id_idx ON events_2030 (id);"},
    {.setup = EVENTS "\nCREATE INDEX events_id_idx ON ONLY events (id);\n"
                     "CREATE INDEX CONCURRENTLY events_2030_id_idx ON events_2030 (id);",
     .sql = "ALTER INDEX events_id_idx ATTACH PARTITION events_2030_id_idx;"},
    {0},
};

// concurrent-on-partitioned-error

static void check_concurrent_partitioned(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (!node_flag(judged->node, "concurrent") || !is_partitioned(relation))
        return;
    Finding *finding =
        judged_report(judged, NULL, judged_name(judged, range),
                      "%s is partitioned: CREATE INDEX CONCURRENTLY is refused on it",
                      judged_name(judged, range));
    finding->instead = index_form_partitioned(judged, relation);
}

static const RuleExample CONCURRENT_PARTITIONED_BAD[] = {
    {.setup = EVENTS, .sql = "CREATE INDEX CONCURRENTLY events_id_idx ON events (id);"},
    {0},
};
static const RuleExample CONCURRENT_PARTITIONED_GOOD[] = {
    {.setup = EVENTS, .sql = "CREATE INDEX CONCURRENTLY events_2030_id_idx ON events_2030 (id);"},
    {0},
};

// index-name-collision

static bool same_columns(const Words *left, const Words *right)
{
    if (left->len != right->len)
        return false;
    for (size_t i = 0; i < left->len; i++)
        if (*left->items[i] && strcmp(left->items[i], right->items[i]) != 0)
            return false;
    return true;
}

static const char *what_has_the_name(const Judged *judged, const Relation *owner)
{
    return arena_printf(judged->scratch, "an index of %s.%s", owner->schema, owner->name);
}

static void check_collision(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const char *name = node_text(judged->node, "idxname");
    const char *schema = relation ? relation->schema : node_text(range, "schemaname");
    if (!*name || judged->is_conditional)
        return;
    Index *index = NULL;
    const Relation *owner = model_index(judged->model, schema, name, &index);
    const Relation *other = owner ? NULL : model_relation(judged->model, schema, name);
    if (!owner && !other)
        return;
    const char *has = owner ? what_has_the_name(judged, owner) : "another relation";
    if (!node_flag(judged->node, "if_not_exists")) {
        judged_report(judged, NULL, judged_name(judged, range),
                      "the name %s is taken by %s: the statement fails", name, has);
        return;
    }
    Words columns = index_form_columns(judged->scratch, judged->node);
    if (owner && owner == relation && same_columns(&index->columns, &columns) &&
        index->is_unique == node_flag(judged->node, "unique"))
        return;
    judged_report(
        judged, NULL, judged_name(judged, range),
        "the name %s is taken by %s, and IF NOT EXISTS passes over that: no index is made", name,
        has);
}

static const RuleExample COLLISION_BAD[] = {
    {.setup = ORDERS "\nCREATE INDEX CONCURRENTLY orders_idx ON orders (placed_at);",
     .sql = "CREATE INDEX CONCURRENTLY orders_idx ON orders (status);"},
    {.setup = ORDERS "\nALTER TABLE orders RENAME TO orders_old;\n"
                     "CREATE INDEX CONCURRENTLY orders_status_idx ON orders_old (status);\n"
                     "CREATE TABLE orders (id bigint PRIMARY KEY, status text);",
     .sql = "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);",
     .note = "the index stayed with the table that was renamed"},
    {0},
};
static const RuleExample COLLISION_GOOD[] = {
    {.setup = ORDERS "\nCREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .sql = "CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);",
     .note = "the same index is there: nothing happens"},
    {.setup = ORDERS "\nCREATE INDEX CONCURRENTLY orders_idx ON orders (placed_at);",
     .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);"},
    {0},
};

// hash-index-limits

static void check_hash(const Judged *judged)
{
    if (!node_text_is(judged->node, "accessMethod", "hash"))
        return;
    const Node *range = node_field(judged->node, "relation");
    bool is_unique = node_flag(judged->node, "unique");
    if (is_unique || node_count(node_field(judged->node, "indexParams")) > 1)
        judged_report(judged, NULL, judged_name(judged, range),
                      "hash index %s of %s is refused: hash indexes %s", index_form_name(judged),
                      judged_name(judged, range),
                      is_unique ? "cannot be unique" : "have one column");
}

static const RuleExample HASH_BAD[] = {
    {.setup = ORDERS,
     .sql = "CREATE UNIQUE INDEX CONCURRENTLY orders_status_idx ON orders USING hash (status);"},
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_idx ON orders USING hash (status, id);"},
    {0},
};
static const RuleExample HASH_GOOD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders USING hash (status);"},
    {0},
};

const Rule RULES_INDEX_CREATE[] = {
    {
        .id = "create-index-blocking",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "an index build blocks writes",
        .why =
            "CREATE INDEX takes a SHARE lock on the table and reads all of it: inserts, updates "
            "and deletes wait until the index is built and the transaction ends. With "
            "CONCURRENTLY it takes longer, but nobody waits; it cannot be part of a transaction, "
            "and a build that fails leaves an INVALID index that has to be dropped.",
        .instead = "CREATE INDEX CONCURRENTLY, in a file that runs without a transaction",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .aliases = "squawk:require-concurrent-index-creation eugene:E6 "
                   "strong_migrations:add_index atlas:PG101",
        .on = "IndexStmt",
        .check = check_blocking,
        .bad = BLOCKING_BAD,
        .good = BLOCKING_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_SHARE, .is_scanned = true},
    },
    {
        .id = "create-index-partitioned",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "an index build on a partitioned table blocks writes to all partitions",
        .why = "CREATE INDEX on a partitioned table takes a SHARE lock on the parent and on every "
               "partition, and builds one index after the other: writes to all of them wait until "
               "the last is built. CONCURRENTLY is refused there. ON ONLY makes the parent's index "
               "alone, at once; it becomes valid when an index of every partition is attached.",
        .instead = "ON ONLY the parent, CONCURRENTLY on each partition, then ATTACH PARTITION",
        .instead_sql = "CREATE INDEX events_id_idx ON ONLY events (id);\n"
                       "-- outside of a transaction:\n"
                       "CREATE INDEX CONCURRENTLY events_2030_id_idx ON events_2030 (id);\n"
                       "ALTER INDEX events_id_idx ATTACH PARTITION events_2030_id_idx;",
        .aliases = "squawk:require-concurrent-index-creation",
        .on = "IndexStmt",
        .check = check_partitioned,
        .bad = PARTITIONED_BAD,
        .good = PARTITIONED_GOOD,
        .claim = {.relation = "public.events_2030", .mode = LOCK_SHARE, .is_scanned = true},
    },
    {
        .id = "concurrent-on-partitioned-error",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "CREATE INDEX CONCURRENTLY is refused on a partitioned table",
        .why = "PostgreSQL builds no index concurrently over several partitions: the statement "
               "fails at once, whether the table has partitions or not. Each partition can have "
               "its index built concurrently.",
        .instead = "ON ONLY the parent, CONCURRENTLY on each partition, then ATTACH PARTITION",
        .instead_sql = "CREATE INDEX events_id_idx ON ONLY events (id);\n"
                       "-- outside of a transaction:\n"
                       "CREATE INDEX CONCURRENTLY events_2030_id_idx ON events_2030 (id);\n"
                       "ALTER INDEX events_id_idx ATTACH PARTITION events_2030_id_idx;",
        .on = "IndexStmt",
        .check = check_concurrent_partitioned,
        .bad = CONCURRENT_PARTITIONED_BAD,
        .good = CONCURRENT_PARTITIONED_GOOD,
        .claim = {.sqlstate = "0A000"},
    },
    {
        .id = "index-name-collision",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "an index's name is taken",
        .why = "Indexes share their names with tables, views and sequences of the schema. Without "
               "IF NOT EXISTS the statement fails; with it, it makes nothing and reports success, "
               "though what has the name may be an index of another table or of other columns. "
               "Indexes keep their names when their table is renamed.",
        .instead = "choose a name that says table and columns",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .on = "IndexStmt",
        .check = check_collision,
        .bad = COLLISION_BAD,
        .good = COLLISION_GOOD,
        .claim = {.sqlstate = "42P07"},
    },
    {
        .id = "hash-index-limits",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "a hash index that is unique or has several columns is refused",
        .why = "The access method hash supports neither uniqueness nor more than one column: the "
               "statement fails.",
        .instead = "use a B-tree",
        .instead_sql = "CREATE UNIQUE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
        .on = "IndexStmt",
        .check = check_hash,
        .bad = HASH_BAD,
        .good = HASH_GOOD,
        .claim = {.sqlstate = "0A000"},
    },
    {0},
};
