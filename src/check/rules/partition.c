// Partitions that come and go: what is locked besides them, and what is read.
#include "check/lock/partition_proof.h"
#include "check/rules/bound.h"
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "sql/quote.h"

// The column that the table is partitioned by, in advice.
static const char *key_name(const Judged *judged, const Relation *parent)
{
    const char *key =
        parent && parent->partition_key.len == 1 ? parent->partition_key.items[0] : "";
    return *key ? quote_name(judged->scratch, key) : "partition_key";
}

static const Relation *default_partition(const Relation *parent)
{
    return parent ? parent->default_partition : NULL;
}

// attach-partition-scan

static void check_attach(const Judged *judged)
{
    const Node *child = node_field(judged->command, "def.name");
    const Node *bound = node_field(judged->command, "def.bound");
    const Relation *table = judged_relation(judged, child);
    const Relation *parent = judged_relation(judged, node_field(judged->node, "relation"));
    bool is_only_default = node_flag(bound, "is_default") && parent && !parent->is_only_altered &&
                           parent->children.len == 0;
    bool is_empty = object_is_ours(judged, child) && table && !table->filled.transaction;
    if (!bound || is_empty || is_only_default ||
        (table && partition_rows_fit(judged->scratch, table, bound)))
        return;
    const char *name = judged_name(judged, child);
    Finding *finding = judged_report(
        judged, judged->command, name,
        "reads all of %s under ACCESS EXCLUSIVE: no valid CHECK proves the bound", name);
    const char *sql = object_sql(judged, child);
    const char *key = key_name(judged, parent);
    if (!node_flag(bound, "is_default"))
        finding->instead = judged_printf(judged,
                                         "ALTER TABLE %s ADD CONSTRAINT bound CHECK\n"
                                         "    (%s IS NOT NULL AND %s) NOT VALID;\n"
                                         "-- in the next transaction:\n"
                                         "ALTER TABLE %s VALIDATE CONSTRAINT bound;\n"
                                         "ALTER TABLE %s ATTACH PARTITION %s\n    %s;\n"
                                         "ALTER TABLE %s DROP CONSTRAINT bound;",
                                         sql, key, bound_condition(judged, bound, key), sql,
                                         object_sql(judged, node_field(judged->node, "relation")),
                                         sql, bound_text(judged, bound), sql);
}

#define EVENTS                                                                                     \
    "CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);"        \
    "CREATE TABLE events_2023 PARTITION OF events "                                                \
    "FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
#define EVENTS_2024 "CREATE TABLE events_2024 (id bigint NOT NULL, day date NOT NULL);"
#define BOUND_2024  "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
#define PROOF_2024  "ALTER TABLE events_2024 ADD CHECK (day >= '2024-01-01' AND day < '2025-01-01');"
static const RuleExample ATTACH_BAD[] = {
    {.setup = EVENTS EVENTS_2024 "INSERT INTO events_2024 VALUES (1, '2024-05-05');",
     .sql = "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024},
    {.setup = EVENTS EVENTS_2024 "ALTER TABLE events_2024 ADD CHECK (day >= '2024-01-01');",
     .sql = "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024,
     .note = "a CHECK that proves only one end"},
    {0},
};
static const RuleExample ATTACH_GOOD[] = {
    {.setup = EVENTS EVENTS_2024 PROOF_2024,
     .sql = "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024,
     .note = "a valid CHECK proves it",
     .allows = "multiple-strong-locks-one-transaction"},
    {.setup = EVENTS,
     .sql = "CREATE TABLE events_2024 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);"
            "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024,
     .note = "new and empty"},
    {0},
};

// attach-partition-default-scan, create-partition-of

// The parent of CREATE TABLE ... PARTITION OF or ALTER TABLE ... ATTACH PARTITION.
static const Node *parent_range(const Judged *judged)
{
    return judged->command ? node_field(judged->node, "relation")
                           : node_first(node_field(judged->node, "inhRelations"));
}

static void check_default(const Judged *judged)
{
    const Node *bound = judged->command ? node_field(judged->command, "def.bound")
                                        : node_field(judged->node, "partbound");
    const Relation *parent = bound ? judged_relation(judged, parent_range(judged)) : NULL;
    const Relation *rest = relation_is_ours(judged, parent) ? NULL : default_partition(parent);
    if (!rest || relation_is_ours(judged, rest) || node_flag(bound, "is_default") ||
        partition_rows_stay_out(judged->scratch, rest, bound))
        return;
    const char *name = relation_label(judged->scratch, rest);
    Finding *finding = judged_report(judged, judged->command, name,
                                     "reads all of the DEFAULT partition %s under ACCESS "
                                     "EXCLUSIVE, to see that no row belongs to the new one",
                                     name);
    const char *sql = relation_sql(judged, rest);
    finding->instead =
        judged_printf(judged,
                      "ALTER TABLE %s ADD CONSTRAINT not_in_new CHECK\n    (NOT (%s)) NOT VALID;\n"
                      "-- in the next transaction:\n"
                      "ALTER TABLE %s VALIDATE CONSTRAINT not_in_new;\n"
                      "-- then the partition, then:\n"
                      "ALTER TABLE %s DROP CONSTRAINT not_in_new;",
                      sql, bound_condition(judged, bound, key_name(judged, parent)), sql, sql);
}

#define REST "CREATE TABLE events_rest PARTITION OF events DEFAULT;"
static const RuleExample DEFAULT_BAD[] = {
    {.setup =
         EVENTS REST EVENTS_2024 PROOF_2024 "INSERT INTO events_rest VALUES (1, '2030-01-01');",
     .sql = "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024},
    {.setup = EVENTS REST, .sql = "CREATE TABLE events_2024 PARTITION OF events " BOUND_2024},
    {0},
};
static const RuleExample DEFAULT_GOOD[] = {
    {.setup = EVENTS REST EVENTS_2024 PROOF_2024
     "ALTER TABLE events_rest ADD CHECK (day < '2024-01-01' OR day >= '2025-01-01');",
     .sql = "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024,
     .note = "a valid CHECK keeps its rows out",
     .allows = "multiple-strong-locks-one-transaction"},
    {.setup = EVENTS EVENTS_2024 PROOF_2024,
     .sql = "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024,
     .note = "there is no DEFAULT partition",
     .allows = "multiple-strong-locks-one-transaction"},
    {0},
};

static void check_create_partition(const Judged *judged)
{
    const Node *bound = node_field(judged->node, "partbound");
    const Node *parent = parent_range(judged);
    if (!bound || object_is_ours(judged, parent))
        return;
    const char *name = judged_name(judged, parent);
    const Relation *rest = default_partition(judged_relation(judged, parent));
    Finding *finding =
        judged_report(judged, NULL, name,
                      "takes ACCESS EXCLUSIVE on %s%s%s; ATTACH PARTITION lets readers and "
                      "writers through",
                      name, rest ? " and " : "", rest ? relation_label(judged->scratch, rest) : "");
    const char *child = object_sql(judged, node_field(judged->node, "relation"));
    const char *parent_sql = object_sql(judged, parent);
    finding->instead =
        judged_printf(judged,
                      "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS);\n"
                      "ALTER TABLE %s ATTACH PARTITION %s\n    %s;",
                      child, parent_sql, parent_sql, child, bound_text(judged, bound));
}

static const RuleExample CREATE_OF_BAD[] = {
    {.setup = EVENTS, .sql = "CREATE TABLE events_2024 PARTITION OF events " BOUND_2024},
    {.setup = EVENTS, .sql = "CREATE TABLE events_rest PARTITION OF events DEFAULT;"},
    {0},
};
static const RuleExample CREATE_OF_GOOD[] = {
    {.setup = EVENTS,
     .sql = "CREATE TABLE events_2024 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);"
            "ALTER TABLE events ATTACH PARTITION events_2024 " BOUND_2024},
    {.sql = "CREATE TABLE visits (day date) PARTITION BY RANGE (day);"
            "CREATE TABLE visits_2024 PARTITION OF visits " BOUND_2024,
     .note = "the parent is of the same file"},
    {0},
};

// detach-partition-blocking

static void check_detach(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Node *child = node_field(judged->command, "def.name");
    const Relation *parent = judged_relation(judged, range);
    if (relation_is_ours(judged, parent) || object_is_ours(judged, child))
        return;
    const char *name = judged_name(judged, range);
    const Relation *rest = default_partition(parent);
    if (node_flag(judged->command, "def.concurrent")) {
        if (rest)
            judged_report(judged, judged->command, name,
                          "DETACH CONCURRENTLY of %s fails: %s is a DEFAULT partition (55000)",
                          judged_name(judged, child), relation_label(judged->scratch, rest));
        return;
    }
    Finding *finding = judged_report(
        judged, judged->command, name, "takes ACCESS EXCLUSIVE on %s%s%s to detach %s", name,
        rest ? " and " : "", rest ? relation_label(judged->scratch, rest) : "",
        judged_name(judged, child));
    if (rest)
        finding->instead = judged_printf(
            judged,
            "-- CONCURRENTLY is not possible with a DEFAULT partition: alone, and soon tired\n"
            "SET lock_timeout = '100ms';\n"
            "ALTER TABLE %s DETACH PARTITION %s;",
            object_sql(judged, range), object_sql(judged, child));
    else
        finding->instead = judged_printf(judged,
                                         "-- 14 and later, outside of a transaction\n"
                                         "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY;",
                                         object_sql(judged, range), object_sql(judged, child));
}

static const RuleExample DETACH_BAD[] = {
    {.setup = EVENTS, .sql = "ALTER TABLE events DETACH PARTITION events_2023;"},
    {.setup = EVENTS REST,
     .sql = "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;",
     .note = "an error: there is a DEFAULT partition",
     .pg_from = 14},
    {0},
};
static const RuleExample DETACH_GOOD[] = {
    {.setup = EVENTS,
     .sql = "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;",
     .pg_from = 14},
    {.sql = "CREATE TABLE visits (day date) PARTITION BY RANGE (day);"
            "CREATE TABLE visits_2024 PARTITION OF visits " BOUND_2024
            "ALTER TABLE visits DETACH PARTITION visits_2024;",
     .note = "made in the same file"},
    {0},
};

// drop-partition-locks-parent

static void check_drop_partition(const Judged *judged)
{
    if (!node_text_is(judged->node, "removeType", "OBJECT_TABLE"))
        return;
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const Relation *table = object_relation(judged, object);
        if (!table || !table->is_partition || !table->parent || relation_is_ours(judged, table))
            continue;
        const Relation *parent = model_relation(judged->model, table->parent_schema, table->parent);
        const Relation *rest = default_partition(parent);
        const char *name = relation_label(judged->scratch, table);
        const char *sql = relation_sql(judged, table);
        Finding *finding = judged_report(
            judged, NULL, name, "drops partition %s, which takes ACCESS EXCLUSIVE on %s.%s%s%s",
            name, table->parent_schema, table->parent, rest && rest != table ? " and " : "",
            rest && rest != table ? relation_label(judged->scratch, rest) : "");
        finding->instead = judged_printf(
            judged,
            "-- 14 and later, outside of a transaction\n"
            "ALTER TABLE %s.%s DETACH PARTITION %s%s;\n"
            "-- in a later migration, when its rows are kept elsewhere:\n"
            "DROP TABLE %s;",
            quote_name(judged->scratch, table->parent_schema),
            quote_name(judged->scratch, table->parent), sql, rest ? "" : " CONCURRENTLY", sql);
    }
}

static const RuleExample DROP_PARTITION_BAD[] = {
    {.setup = EVENTS, .sql = "DROP TABLE events_2023;"},
    {0},
};
static const RuleExample DROP_PARTITION_GOOD[] = {
    {.setup = EVENTS "ALTER TABLE events DETACH PARTITION events_2023;",
     .sql = "DROP TABLE events_2023;",
     .note = "detached before: the parent is not touched",
     .allows = "drop-table"},
    {0},
};

const Rule RULES_PARTITION[] = {
    {
        .id = "attach-partition-scan",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "attaching reads the whole table under ACCESS EXCLUSIVE",
        .why = "ATTACH PARTITION has to know that every row is within the bound. Without a valid "
               "CHECK that says so, with NOT NULL of the key, it reads the table while nobody else "
               "may touch it. With such a CHECK it reads nothing, and the parent keeps SHARE "
               "UPDATE EXCLUSIVE only. A table of the same file that nobody filled is not meant.",
        .instead = "add the bound as CHECK ... NOT VALID, validate it in another transaction, "
                   "attach, then drop the CHECK",
        .instead_sql = "ALTER TABLE events_2024 ADD CONSTRAINT bound CHECK\n"
                       "    (day IS NOT NULL AND day >= '2024-01-01' AND day < '2025-01-01') NOT "
                       "VALID;\n"
                       "ALTER TABLE events_2024 VALIDATE CONSTRAINT bound;",
        .on = "AT_AttachPartition",
        .check = check_attach,
        .bad = ATTACH_BAD,
        .good = ATTACH_GOOD,
        .claim = {.relation = "public.events_2024", .is_scanned = true},
    },
    {
        .id = "attach-partition-default-scan",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a new partition makes the DEFAULT one be read under ACCESS EXCLUSIVE",
        .why =
            "Rows of the DEFAULT partition might belong to the new one, so it is locked and read "
            "from end to end, even when the new partition is empty. The DEFAULT partition is "
            "often the biggest: it has all that nobody made a partition for. A valid CHECK on "
            "it that excludes the bound spares the reading.",
        .instead = "add a CHECK to the DEFAULT partition that excludes the new bound, NOT VALID, "
                   "validate it, then make the partition",
        .instead_sql = "ALTER TABLE events_rest ADD CONSTRAINT not_2024 CHECK\n"
                       "    (day < '2024-01-01' OR day >= '2025-01-01') NOT VALID;\n"
                       "ALTER TABLE events_rest VALIDATE CONSTRAINT not_2024;",
        .on = "AT_AttachPartition CreateStmt",
        .check = check_default,
        .bad = DEFAULT_BAD,
        .good = DEFAULT_GOOD,
        .claim = {.relation = "public.events_rest", .is_scanned = true},
    },
    {
        .id = "create-partition-of",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "CREATE TABLE ... PARTITION OF locks the parent against readers",
        .why = "It takes ACCESS EXCLUSIVE on the parent, and on its DEFAULT partition, until the "
               "transaction commits. A table made by itself and attached needs only SHARE UPDATE "
               "EXCLUSIVE on the parent: queries go on. New and empty, it is not read.",
        .instead = "make the table beside (LIKE the parent), then ATTACH it",
        .instead_sql = "CREATE TABLE events_2024 (LIKE events INCLUDING DEFAULTS INCLUDING "
                       "CONSTRAINTS);\n"
                       "ALTER TABLE events ATTACH PARTITION events_2024\n"
                       "    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        .on = "CreateStmt",
        .check = check_create_partition,
        .bad = CREATE_OF_BAD,
        .good = CREATE_OF_GOOD,
        .claim = {.relation = "public.events", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "detach-partition-blocking",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "DETACH PARTITION locks the parent against readers",
        .why = "It takes ACCESS EXCLUSIVE on the parent, the partition and the DEFAULT partition; "
               "behind one long query on any partition all others queue. CONCURRENTLY (14 and "
               "later) waits itself and holds nobody up, but not in a transaction and not where "
               "there is a DEFAULT partition. Interrupted, it is ended with DETACH ... FINALIZE.",
        .instead = "DETACH PARTITION ... CONCURRENTLY, in a migration without a transaction",
        .instead_sql = "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;",
        .aliases = "squawk:require-concurrent-partition-detach",
        .on = "AT_DetachPartition",
        .check = check_detach,
        .bad = DETACH_BAD,
        .good = DETACH_GOOD,
        .claim = {.relation = "public.events", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-partition-locks-parent",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "dropping an attached partition locks its parent",
        .why = "The drop takes ACCESS EXCLUSIVE on the parent and on the DEFAULT partition, so "
               "every query on the partitioned table queues behind it. Detached CONCURRENTLY "
               "before, the table is dropped without touching the parent.",
        .instead = "detach it CONCURRENTLY, and drop it later",
        .instead_sql = "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;",
        .on = "DropStmt",
        .check = check_drop_partition,
        .bad = DROP_PARTITION_BAD,
        .good = DROP_PARTITION_GOOD,
        .claim = {.relation = "public.events", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
