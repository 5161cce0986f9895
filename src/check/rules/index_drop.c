// DROP INDEX and REINDEX: who waits, what is refused, and what is missing afterwards.
#include "check/rules/families.h"
#include "check/rules/index_form.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

// One index of a DROP INDEX.
typedef struct DroppedIndex {
    const Node *names;
    const char *schema; // as written; ""
    const char *name;
    Relation *relation; // NULL: the index was never seen made
    Index *index;
} DroppedIndex;

static bool is_index_drop(const Judged *judged)
{
    return node_text_is(judged->node, "removeType", "OBJECT_INDEX");
}

static DroppedIndex read_dropped(const Judged *judged, const Node *names)
{
    DroppedIndex dropped = {
        .names = names,
        .schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "",
        .name = node_last_text(names),
    };
    dropped.relation = model_index(judged->model, dropped.schema, dropped.name, &dropped.index);
    return dropped;
}

static const char *table_of(const Judged *judged, const DroppedIndex *dropped)
{
    return dropped->relation ? arena_printf(judged->scratch, "%s.%s", dropped->relation->schema,
                                            dropped->relation->name)
                             : "";
}

// drop-index-blocking

static void check_blocking(const Judged *judged)
{
    if (!is_index_drop(judged) || node_flag(judged->node, "concurrent"))
        return;
    NODE_EACH(names, node_field(judged->node, "objects"))
    {
        DroppedIndex dropped = read_dropped(judged, names);
        if (verdict_nobody_waits(judged, dropped.relation) ||
            (dropped.index && dropped.index->made.transaction == judged->transaction->number))
            continue;
        const char *table = table_of(judged, &dropped);
        bool is_partitioned = dropped.relation && dropped.relation->kind == RELATION_PARTITIONED;
        Finding *finding = judged_report(
            judged, NULL, table,
            is_partitioned ? "dropping index %s takes ACCESS EXCLUSIVE on %s and all its "
                             "partitions, and CONCURRENTLY is refused there"
                           : "dropping index %s takes ACCESS EXCLUSIVE on %s: queries wait for it, "
                             "and it waits for every query that is running",
            dropped.name, *table ? table : "its table");
        if (is_partitioned)
            finding->instead = judged_printf(
                judged, "SET LOCAL lock_timeout = '2s'; -- in front; and try again when it fails");
        else
            finding->instead =
                judged_printf(judged, "-- outside of a transaction:\nDROP INDEX CONCURRENTLY %s%s;",
                              node_flag(judged->node, "missing_ok") ? "IF EXISTS " : "",
                              quote_qualified(judged->scratch, dropped.schema, dropped.name));
    }
}

#define ORDERS                                                                                     \
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, placed_at timestamptz);\n"        \
    "CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);"

static const RuleExample BLOCKING_BAD[] = {
    {.setup = ORDERS, .sql = "DROP INDEX orders_user_id_idx;"},
    {.sql = "DROP INDEX IF EXISTS shop.orders_user_id_idx;"},
    {0},
};
static const RuleExample BLOCKING_GOOD[] = {
    {.setup = ORDERS, .sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;"},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n"
            "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
            "DROP INDEX orders_user_id_idx;",
     .note = "the table is made in the same transaction"},
    {0},
};

// drop-index-concurrent-invalid-form

static const char *why_refused(const Judged *judged, const DroppedIndex *dropped)
{
    bool is_concurrent = node_flag(judged->node, "concurrent");
    if (dropped->index && dropped->index->constraint)
        return arena_printf(judged->scratch,
                            "index %s belongs to constraint %s: DROP INDEX is refused, ALTER TABLE "
                            "... DROP CONSTRAINT drops both",
                            dropped->name, dropped->index->constraint);
    if (!is_concurrent)
        return NULL;
    if (node_count(node_field(judged->node, "objects")) > 1)
        return "DROP INDEX CONCURRENTLY drops one index at a time: the statement fails";
    if (node_text_is(judged->node, "behavior", "DROP_CASCADE"))
        return "DROP INDEX CONCURRENTLY knows no CASCADE: the statement fails";
    if (dropped->relation && dropped->relation->kind == RELATION_PARTITIONED)
        return arena_printf(judged->scratch,
                            "index %s is of a partitioned table: DROP INDEX CONCURRENTLY is "
                            "refused",
                            dropped->name);
    return NULL;
}

static void check_form(const Judged *judged)
{
    if (!is_index_drop(judged))
        return;
    NODE_EACH(names, node_field(judged->node, "objects"))
    {
        DroppedIndex dropped = read_dropped(judged, names);
        const char *why = why_refused(judged, &dropped);
        if (!why)
            continue;
        judged_report(judged, NULL, table_of(judged, &dropped), "%s", why);
        return;
    }
}

static const RuleExample FORM_BAD[] = {
    {.setup = ORDERS "\nCREATE INDEX CONCURRENTLY orders_placed_at_idx ON orders (placed_at);",
     .sql = "DROP INDEX CONCURRENTLY orders_user_id_idx, orders_placed_at_idx;"},
    {.setup = ORDERS, .sql = "DROP INDEX CONCURRENTLY orders_user_id_idx CASCADE;"},
    {.setup = ORDERS, .sql = "DROP INDEX CONCURRENTLY orders_pkey;"},
    {.setup = "CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);\n"
              "CREATE INDEX events_id_idx ON events (id);",
     .sql = "DROP INDEX CONCURRENTLY events_id_idx;"},
    {0},
};
static const RuleExample FORM_GOOD[] = {
    {.setup = ORDERS "\nCREATE INDEX CONCURRENTLY orders_placed_at_idx ON orders (placed_at);",
     .sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;\n"
            "DROP INDEX CONCURRENTLY orders_placed_at_idx;"},
    {0},
};

// drop-before-replacement: indexes that were dropped in this file

typedef struct Remembered {
    const Relation *relation;
    const char *name;
    Words columns; // of the model
    Position position;
    int transaction;
    bool is_if_exists;
} Remembered;

enum {
    REMEMBERED_MOST = 64,
};

typedef struct DroppedHere {
    int file;
    VEC(Remembered) items;
} DroppedHere;

static DroppedHere *dropped_here(const Judged *judged)
{
    DroppedHere *here = judged_memory(judged->lint, &RULES_INDEX_DROP[0], sizeof(DroppedHere));
    if (here->file != judged->file->number) {
        here->file = judged->file->number;
        here->items.len = 0;
    }
    return here;
}

static void remember(const Judged *judged)
{
    if (!is_index_drop(judged))
        return;
    DroppedHere *here = dropped_here(judged);
    Arena *arena = judged_arena(judged->lint);
    NODE_EACH(names, node_field(judged->node, "objects"))
    {
        DroppedIndex dropped = read_dropped(judged, names);
        if (!dropped.index || here->items.len >= REMEMBERED_MOST ||
            verdict_nobody_waits(judged, dropped.relation))
            continue;
        *vec_append(arena, &here->items) = (Remembered){
            .relation = dropped.relation,
            .name = arena_strdup(arena, dropped.name),
            .columns = dropped.index->columns,
            .position = judged->parsed->statement.position,
            .transaction = judged->transaction->number,
            .is_if_exists = node_flag(judged->node, "missing_ok"),
        };
    }
}

static bool is_replaced_by(const Judged *judged, const Remembered *dropped, const Words *columns)
{
    bool is_same_block =
        judged->transaction->is_block && dropped->transaction == judged->transaction->number;
    bool is_rebuilt = dropped->is_if_exists && words_same(&dropped->columns, columns) &&
                      node_text_is(judged->node, "idxname", dropped->name);
    return !is_same_block && !is_rebuilt && dropped->columns.len && columns->len &&
           strcmp(dropped->columns.items[0], columns->items[0]) == 0;
}

static void check_replacement(const Judged *judged)
{
    if (node_is(judged->node, "DropStmt")) {
        remember(judged);
        return;
    }
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const DroppedHere *here = dropped_here(judged);
    if (!relation || !here->items.len)
        return;
    Words columns = {0};
    NODE_EACH(element, node_field(judged->node, "indexParams"))
    *vec_append(judged->scratch, &columns) = node_text(element, "name");
    VEC_EACH (const Remembered, dropped, &here->items) {
        if (dropped->relation != relation || !is_replaced_by(judged, dropped, &columns))
            continue;
        judged_report(judged, NULL, judged_name(judged, range),
                      "index %s is built after the one it replaces, %s, was dropped (line %d): "
                      "until it is there, queries on %s.%s have neither",
                      index_form_name(judged), dropped->name, (int)dropped->position.line,
                      judged_name(judged, range), columns.items[0]);
        return;
    }
}

static const RuleExample REPLACEMENT_BAD[] = {
    {.setup = ORDERS,
     .sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;\n"
            "CREATE INDEX CONCURRENTLY orders_user_id_placed_at_idx ON orders (user_id, "
            "placed_at);"},
    {0},
};
static const RuleExample REPLACEMENT_GOOD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_user_id_placed_at_idx ON orders (user_id, "
            "placed_at);\n"
            "DROP INDEX CONCURRENTLY orders_user_id_idx;"},
    {.setup = ORDERS,
     .sql = "DROP INDEX CONCURRENTLY IF EXISTS orders_placed_at_idx;\n"
            "CREATE INDEX CONCURRENTLY orders_placed_at_idx ON orders (placed_at);",
     .note = "what a failed build left"},
    {0},
};

// drop-unique-index-guard

static bool is_guarded_otherwise(const Relation *relation, const Index *dropped)
{
    VEC_EACH (const Index, other, &relation->indexes)
        if (other != dropped && other->is_unique && !other->is_partial &&
            words_same(&other->columns, &dropped->columns))
            return true;
    return false;
}

static void check_guard(const Judged *judged)
{
    if (!is_index_drop(judged))
        return;
    NODE_EACH(names, node_field(judged->node, "objects"))
    {
        DroppedIndex dropped = read_dropped(judged, names);
        if (!dropped.index || !dropped.index->is_unique || dropped.index->constraint ||
            verdict_nobody_waits(judged, dropped.relation) ||
            is_guarded_otherwise(dropped.relation, dropped.index))
            continue;
        const char *table = table_of(judged, &dropped);
        judged_report(judged, NULL, table,
                      "unique index %s of %s is dropped: duplicates get in, and ON CONFLICT on its "
                      "columns fails",
                      dropped.name, table);
    }
}

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"                                    \
    "CREATE UNIQUE INDEX CONCURRENTLY users_email_idx ON users (email);"

static const RuleExample GUARD_BAD[] = {
    {.setup = USERS, .sql = "DROP INDEX CONCURRENTLY users_email_idx;"},
    {0},
};
static const RuleExample GUARD_GOOD[] = {
    {.setup = USERS "\nCREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);",
     .sql = "DROP INDEX CONCURRENTLY users_email_idx;",
     .note = "another one guards the same"},
    {.setup = ORDERS, .sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;"},
    {0},
};

// reindex-blocking, reindex-concurrently-in-transaction

static bool is_concurrent_reindex(const Node *node)
{
    NODE_EACH(option, node_field(node, "params"))
    {
        if (!node_text_is(option, "defname", "concurrently"))
            continue;
        const char *value = node_text(option, "arg");
        return strcmp(value, "false") && strcmp(value, "off") && strcmp(value, "0");
    }
    return false;
}

static const Relation *reindexed(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    Index *index;
    if (node_text_is(judged->node, "kind", "REINDEX_OBJECT_INDEX"))
        return model_index(judged->model, node_text(range, "schemaname"),
                           node_text(range, "relname"), &index);
    return judged_relation(judged, range);
}

static const char *reindex_word(const Node *node)
{
    static const char *const WORDS[][2] = {
        {"REINDEX_OBJECT_INDEX", "INDEX"},       {"REINDEX_OBJECT_TABLE", "TABLE"},
        {"REINDEX_OBJECT_SCHEMA", "SCHEMA"},     {"REINDEX_OBJECT_SYSTEM", "SYSTEM"},
        {"REINDEX_OBJECT_DATABASE", "DATABASE"},
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (node_text_is(node, "kind", WORDS[i][0]))
            return WORDS[i][1];
    return "TABLE";
}

static const char *reindex_target(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    if (range)
        return proposal_table(judged, range);
    const char *name = node_text(judged->node, "name");
    return *name ? quote_name(judged->scratch, name) : "";
}

static void check_reindex(const Judged *judged)
{
    const Relation *relation = reindexed(judged);
    if (is_concurrent_reindex(judged->node) || verdict_nobody_waits(judged, relation))
        return;
    const char *word = reindex_word(judged->node);
    const char *target = reindex_target(judged);
    const char *table =
        relation ? arena_printf(judged->scratch, "%s.%s", relation->schema, relation->name) : "";
    bool is_system = strcmp(word, "SYSTEM") == 0;
    Finding *finding = judged_report(
        judged, NULL, table,
        "REINDEX %s%s%s blocks writes to %s until it is done, and queries that would use the index "
        "wait as well",
        word, *target ? " " : "", target, *table ? table : "the table");
    if (!is_system)
        finding->instead =
            judged_printf(judged, "-- outside of a transaction:\nREINDEX %s CONCURRENTLY%s%s;",
                          word, *target ? " " : "", target);
}

static const RuleExample REINDEX_BAD[] = {
    {.setup = ORDERS "\nINSERT INTO orders VALUES (1, 1, now());",
     .sql = "REINDEX INDEX orders_user_id_idx;"},
    {.setup = ORDERS, .sql = "REINDEX TABLE orders;"},
    {.setup = ORDERS, .sql = "REINDEX (CONCURRENTLY false) TABLE orders;", .pg_from = 14},
    {0},
};
static const RuleExample REINDEX_GOOD[] = {
    {.setup = ORDERS, .sql = "REINDEX INDEX CONCURRENTLY orders_user_id_idx;"},
    {.setup = ORDERS, .sql = "REINDEX (VERBOSE, CONCURRENTLY) TABLE orders;", .pg_from = 14},
    {0},
};

static void check_reindex_in_transaction(const Judged *judged)
{
    const char *word = reindex_word(judged->node);
    bool is_many = strcmp(word, "INDEX") && strcmp(word, "TABLE");
    bool is_concurrent = is_concurrent_reindex(judged->node);
    if (!verdict_is_in_block(judged) || (!is_many && !is_concurrent))
        return;
    judged_report(judged, NULL, "", "REINDEX %s%s fails here: it cannot run %s", word,
                  is_concurrent ? " CONCURRENTLY" : "",
                  judged->is_in_body ? "in a DO block" : "inside of a transaction");
}

static const RuleExample REINDEX_IN_TRANSACTION_BAD[] = {
    {.setup = ORDERS,
     .sql = "BEGIN;\n"
            "REINDEX INDEX CONCURRENTLY orders_user_id_idx;\n"
            "COMMIT;"},
    {0},
};
static const RuleExample REINDEX_IN_TRANSACTION_GOOD[] = {
    {.setup = ORDERS, .sql = "REINDEX INDEX CONCURRENTLY orders_user_id_idx;"},
    {0},
};

const Rule RULES_INDEX_DROP[] = {
    {
        .id = "drop-before-replacement",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "an index is dropped before the one that replaces it is built",
        .why = "Between the two statements no index serves the queries that used the old one: they "
               "read the whole table, all at once, for as long as the build takes. The build "
               "itself is slowed down by them.",
        .instead = "build the new index first, then drop the old one",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_user_id_placed_at_idx ON orders (user_id, "
                       "placed_at);\n"
                       "DROP INDEX CONCURRENTLY orders_user_id_idx;",
        .on = "DropStmt IndexStmt",
        .check = check_replacement,
        .bad = REPLACEMENT_BAD,
        .good = REPLACEMENT_GOOD,
    },
    {
        .id = "drop-index-blocking",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "dropping an index locks its table against everybody",
        .why = "DROP INDEX takes ACCESS EXCLUSIVE on the table. It is short once it is had, but "
               "until then it waits for every running query, and all later queries, reads too, "
               "queue behind it. CONCURRENTLY waits in their place.",
        .instead = "DROP INDEX CONCURRENTLY, in a file that runs without a transaction",
        .instead_sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;",
        .aliases = "squawk:require-concurrent-index-deletion squawk:ban-drop-index "
                   "strong_migrations:remove_index atlas:PG102",
        .on = "DropStmt",
        .check = check_blocking,
        .bad = BLOCKING_BAD,
        .good = BLOCKING_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-index-concurrent-invalid-form",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "DROP INDEX is refused in this form",
        .why = "DROP INDEX CONCURRENTLY takes one plain index: not several, no CASCADE, none of a "
               "partitioned table. The index of a constraint can be dropped in no form of DROP "
               "INDEX.",
        .instead = "one DROP INDEX CONCURRENTLY for each index; DROP CONSTRAINT for a constraint's",
        .instead_sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;\n"
                       "DROP INDEX CONCURRENTLY orders_placed_at_idx;",
        .on = "DropStmt",
        .check = check_form,
        .bad = FORM_BAD,
        .good = FORM_GOOD,
        .claim = {.sqlstate = "0A000"},
    },
    {
        .id = "drop-unique-index-guard",
        .severity = SEVERITY_WARNING,
        .risk = RISK_INTEGRITY,
        .summary = "a unique index is dropped, and with it what it guaranteed",
        .why = "A unique index keeps duplicates out as a constraint does, and INSERT ... ON "
               "CONFLICT needs one. Once duplicates are in, the index cannot be built again before "
               "they are found and removed.",
        .instead = "build what replaces it first, or make sure that nothing relies on it",
        .instead_sql = "CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (lower(email));\n"
                       "DROP INDEX CONCURRENTLY users_email_idx;",
        .on = "DropStmt",
        .check = check_guard,
        .bad = GUARD_BAD,
        .good = GUARD_GOOD,
    },
    {
        .id = "reindex-blocking",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "an index is built anew while nobody can write",
        .why = "REINDEX takes a SHARE lock on the table, so writes wait, and ACCESS EXCLUSIVE on "
               "each index, so that queries which would use it, or only plan with it, wait too. "
               "REINDEX CONCURRENTLY builds a second index and swaps them.",
        .instead = "REINDEX CONCURRENTLY, in a file that runs without a transaction",
        .instead_sql = "REINDEX INDEX CONCURRENTLY orders_user_id_idx;",
        .aliases = "squawk:require-concurrent-reindex",
        .on = "ReindexStmt",
        .check = check_reindex,
        .bad = REINDEX_BAD,
        .good = REINDEX_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_SHARE, .is_scanned = true},
    },
    {
        .id = "reindex-concurrently-in-transaction",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "REINDEX CONCURRENTLY fails inside of a transaction",
        .why = "REINDEX CONCURRENTLY is several transactions by itself, and so is REINDEX of a "
               "schema or database in any form. PostgreSQL refuses them between BEGIN and COMMIT, "
               "in a function and in a DO block.",
        .instead = "put it into a file of its own that runs without a transaction",
        .instead_sql = "-- migrate-safe: no-transaction\n"
                       "REINDEX INDEX CONCURRENTLY orders_user_id_idx;",
        .on = "ReindexStmt",
        .check = check_reindex_in_transaction,
        .bad = REINDEX_IN_TRANSACTION_BAD,
        .good = REINDEX_IN_TRANSACTION_GOOD,
        .claim = {.sqlstate = "25001"},
    },
    {0},
};
