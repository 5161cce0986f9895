// Indexes that cost more than they are worth, and those that PostgreSQL cannot use or build.
#include "check/rules/families.h"
#include "check/rules/immutable.h"
#include "check/rules/index_form.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

enum {
    WIDE_COLUMNS = 3,
    MANY_INDEXES = 15, // with the table itself 16: the fast-path locks of a backend up to 17
    PAIRS_COMPARED = 64,
};

// duplicate-or-prefix-index

static bool is_comparable(const Index *index)
{
    return !index->is_partial && !index->has_expression && !index->has_options && !index->parent &&
           !strcmp(index->method, "btree") && index->columns.len;
}

static bool begins_with(const Index *longer, const Index *shorter)
{
    if (shorter->columns.len > longer->columns.len)
        return false;
    for (size_t i = 0; i < shorter->columns.len; i++)
        if (strcmp(shorter->columns.items[i], longer->columns.items[i]) != 0)
            return false;
    return true;
}

static bool is_later(const Index *one, const Index *other)
{
    const Made *a = &one->made;
    const Made *b = &other->made;
    if (a->file != b->file)
        return a->file > b->file;
    return a->position.line != b->position.line ? a->position.line > b->position.line
                                                : a->position.column > b->position.column;
}

// Of two, the one that may go: the shorter, or of equal ones that which guards nothing, or the
// later. NULL: both have their use.
static const Index *superfluous(const Index *one, const Index *other)
{
    if (!is_comparable(one) || !is_comparable(other))
        return NULL;
    bool is_prefix = begins_with(other, one);
    bool is_longer = begins_with(one, other);
    if (is_prefix && is_longer) {
        if (one->is_unique != other->is_unique)
            return one->is_unique ? other : one;
        if (!one->constraint != !other->constraint)
            return one->constraint ? other : one;
        return one->constraint ? NULL : is_later(one, other) ? one : other;
    }
    const Index *shorter = is_prefix ? one : is_longer ? other : NULL;
    return shorter && !shorter->is_unique && !shorter->constraint ? shorter : NULL;
}

static void report_superfluous(const JudgedChain *chain, const Relation *relation,
                               const Index *index, const Index *other)
{
    Arena *arena = chain->scratch;
    const char *full = arena_printf(arena, "%s.%s", relation->schema, relation->name);
    bool is_same = index->columns.len == other->columns.len;
    const Index *later = is_later(index, other) ? index : other;
    Finding *finding =
        judged_report_made(chain, &later->made, full,
                           is_same ? "index %s of %s has the same columns as %s"
                                   : "index %s of %s is the beginning of %s, which serves its "
                                     "queries as well",
                           index->name, full, other->name);
    finding->instead = judged_keep(
        chain->lint, arena_printf(arena, "DROP INDEX %s%s;",
                                  relation->kind == RELATION_PARTITIONED ? "" : "CONCURRENTLY ",
                                  quote_qualified(arena, relation->schema, index->name)));
    if (!is_same)
        verdict_grade(finding, SEVERITY_NOTICE);
}

static void find_superfluous(const JudgedChain *chain, const Relation *relation)
{
    size_t count = relation->indexes.len;
    for (size_t i = 0; i < count; i++) {
        const Index *one = &relation->indexes.items[i];
        const Index *other = NULL;
        for (size_t j = 0; j < count && j < PAIRS_COMPARED && !other; j++)
            if (i != j && superfluous(one, &relation->indexes.items[j]) == one)
                other = &relation->indexes.items[j];
        if (other)
            report_superfluous(chain, relation, one, other);
    }
}

static void end_duplicate(const JudgedChain *chain)
{
    VEC_EACH (Relation *, relation, &chain->model->relations)
        if ((*relation)->indexes.len > 1)
            find_superfluous(chain, *relation);
}

#define ORDERS                                                                                     \
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, status text, total numeric,\n"    \
    "    placed_at timestamptz);\n"

static const RuleExample DUPLICATE_BAD[] = {
    {.setup = ORDERS "CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);",
     .sql = "CREATE INDEX CONCURRENTLY orders_by_user_idx ON orders (user_id);"},
    {.setup = ORDERS "CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);",
     .sql = "CREATE INDEX CONCURRENTLY orders_user_id_status_idx ON orders (user_id, status);",
     .note = "the longer one makes the shorter one superfluous"},
    {0},
};
static const RuleExample DUPLICATE_GOOD[] = {
    {.setup = ORDERS "CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);",
     .sql = "CREATE INDEX CONCURRENTLY orders_user_id_status_idx ON orders (user_id, status);\n"
            "DROP INDEX CONCURRENTLY orders_user_id_idx;",
     .note = "the shorter one is dropped"},
    {.setup = ORDERS "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
     .sql = "CREATE INDEX CONCURRENTLY orders_status_pattern_idx ON orders (status "
            "text_pattern_ops);",
     .note = "another operator class serves other queries"},
    {.setup = ORDERS "CREATE INDEX CONCURRENTLY orders_new_idx ON orders (placed_at) WHERE status "
                     "= 'new';",
     .sql = "CREATE INDEX CONCURRENTLY orders_paid_idx ON orders (placed_at) WHERE status = "
            "'paid';"},
    {0},
};

// wide-index

static void check_wide(const Judged *judged)
{
    const Node *columns = node_field(judged->node, "indexParams");
    const char *method = node_text(judged->node, "accessMethod");
    if (node_flag(judged->node, "unique") || node_count(columns) <= WIDE_COLUMNS ||
        (*method && strcmp(method, "btree") != 0))
        return;
    const char *table = judged_name(judged, node_field(judged->node, "relation"));
    judged_report(judged, NULL, table,
                  "index %s of %s has %zu columns: those behind the third seldom narrow anything",
                  index_form_name(judged), table, node_count(columns));
}

static const RuleExample WIDE_BAD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_all_idx ON orders (user_id, status, total, "
            "placed_at);"},
    {0},
};
static const RuleExample WIDE_GOOD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_all_idx ON orders (user_id, status) INCLUDE (total, "
            "placed_at);",
     .note = "values that are only read along"},
    {0},
};

// too-many-indexes

static void check_many(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (!relation || relation->indexes.len < MANY_INDEXES)
        return;
    judged_report(judged, NULL, judged_name(judged, range),
                  "%s gets index number %zu: every write keeps them all up to date",
                  judged_name(judged, range), relation->indexes.len + 1);
}

static const RuleExample MANY_BAD[] = {
    {.setup = "CREATE TABLE wide (\n"
              "    a int UNIQUE, b int UNIQUE, c int UNIQUE, d int UNIQUE, e int UNIQUE,\n"
              "    f int UNIQUE, g int UNIQUE, h int UNIQUE, i int UNIQUE, j int UNIQUE,\n"
              "    k int UNIQUE, l int UNIQUE, m int UNIQUE, n int UNIQUE, o int UNIQUE, p int\n"
              ");",
     .sql = "CREATE INDEX CONCURRENTLY wide_p_idx ON wide (p);"},
    {0},
};
static const RuleExample MANY_GOOD[] = {
    {.setup = ORDERS, .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);"},
    {0},
};

// expression-index-no-analyze

typedef struct Unanalyzed {
    const char *table; // its bare name
    const char *full;
    const char *index;
    Position position;
} Unanalyzed;

typedef struct UnanalyzedTables {
    VEC(Unanalyzed) items;
} UnanalyzedTables;

static UnanalyzedTables *unanalyzed(struct Lint *lint)
{
    return judged_memory(lint, &RULES_INDEX_WORTH[0], sizeof(UnanalyzedTables));
}

static void forget_analyzed(const Judged *judged, UnanalyzedTables *tables)
{
    bool is_analyze = !node_flag(judged->node, "is_vacuumcmd");
    NODE_EACH(option, node_field(judged->node, "options"))
    is_analyze |= node_text_is(option, "defname", "analyze");
    if (!is_analyze)
        return;
    const Node *named = node_field(judged->node, "rels");
    size_t kept = 0;
    for (size_t i = 0; i < tables->items.len; i++) {
        bool is_named = !node_count(named);
        NODE_EACH(item, named)
        is_named |= node_text_is(item, "relation.relname", tables->items.items[i].table);
        if (!is_named)
            tables->items.items[kept++] = tables->items.items[i];
    }
    tables->items.len = kept;
}

static void check_expression(const Judged *judged)
{
    UnanalyzedTables *tables = unanalyzed(judged->lint);
    if (node_is(judged->node, "VacuumStmt")) {
        forget_analyzed(judged, tables);
        return;
    }
    const Node *range = node_field(judged->node, "relation");
    bool has_expression = false;
    NODE_EACH(element, node_field(judged->node, "indexParams"))
    has_expression |= node_has(element, "expr");
    if (!has_expression || verdict_is_unseen(judged, range))
        return;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &tables->items) = (Unanalyzed){
        .table = arena_strdup(arena, node_text(range, "relname")),
        .full = arena_strdup(arena, judged_name(judged, range)),
        .index = arena_strdup(arena, index_form_name(judged)),
        .position = judged->parsed->statement.position,
    };
}

static void end_expression(const JudgedFile *file)
{
    UnanalyzedTables *tables = unanalyzed(file->lint);
    VEC_EACH (const Unanalyzed, table, &tables->items) {
        Finding *finding = judged_report_file(
            file, table->position, table->full,
            "index %s of %s has an expression, of which the planner knows nothing before ANALYZE",
            table->index, table->full);
        finding->instead = judged_keep(
            file->lint, arena_printf(judged_arena(file->lint), "ANALYZE %s;", table->full));
    }
    tables->items.len = 0;
}

static const RuleExample EXPRESSION_BAD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (lower(status));"},
    {0},
};
static const RuleExample EXPRESSION_GOOD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (lower(status));\n"
            "ANALYZE orders;"},
    {0},
};

// index-nonimmutable-function

static void report_mutable(const Judged *judged, const NotImmutable *wrong)
{
    const char *table = judged_name(judged, node_field(judged->node, "relation"));
    if (!wrong->what)
        return;
    if (!wrong->liar) {
        judged_report(judged, wrong->node, table, "index %s is refused: %s is not IMMUTABLE",
                      index_form_name(judged), wrong->what);
        return;
    }
    verdict_grade(judged_report(judged, wrong->node, table,
                                "%s says that it is IMMUTABLE, but reads a table: when that "
                                "changes, index %s holds wrong values and queries miss rows",
                                wrong->what, index_form_name(judged)),
                  SEVERITY_WARNING);
}

static void check_immutable(const Judged *judged)
{
    const Relation *relation = judged_relation(judged, node_field(judged->node, "relation"));
    NODE_EACH(element, node_field(judged->node, "indexParams"))
    {
        const Node *expression = node_field(element, "expr");
        NotImmutable wrong = {0};
        if (expression)
            wrong = immutable_check(judged->scratch, judged->model, relation, expression);
        report_mutable(judged, &wrong);
        if (wrong.what)
            return;
    }
    const Node *where = node_field(judged->node, "whereClause");
    NotImmutable wrong = {0};
    if (where)
        wrong = immutable_check(judged->scratch, judged->model, relation, where);
    report_mutable(judged, &wrong);
}

static const RuleExample IMMUTABLE_BAD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_day_idx ON orders ((placed_at::date));\n"
            "ANALYZE orders;",
     .note = "the day depends on the session's time zone"},
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_recent_idx ON orders (user_id)\n"
            "    WHERE placed_at > now() - interval '30 days';"},
    {.setup = ORDERS "CREATE FUNCTION label(bigint) RETURNS text LANGUAGE plpgsql\n"
                     "    AS $$ BEGIN RETURN 'order ' || $1; END $$;",
     .sql = "CREATE INDEX CONCURRENTLY orders_label_idx ON orders (label(id));\n"
            "ANALYZE orders;",
     .note = "a function is VOLATILE unless it says otherwise"},
    {.setup = ORDERS "CREATE FUNCTION status_of(bigint) RETURNS text LANGUAGE sql IMMUTABLE\n"
                     "    AS $$ SELECT status FROM public.orders WHERE id = $1 $$;",
     .sql = "CREATE INDEX CONCURRENTLY orders_label_idx ON orders (status_of(user_id));\n"
            "ANALYZE orders;",
     .note = "a function that only says so"},
    {0},
};
static const RuleExample IMMUTABLE_GOOD[] = {
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_day_idx\n"
            "    ON orders (((placed_at AT TIME ZONE 'UTC')::date));\n"
            "ANALYZE orders;"},
    {.setup = ORDERS,
     .sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (lower(status));\n"
            "ANALYZE orders;"},
    {.setup = ORDERS "CREATE FUNCTION label(bigint) RETURNS text LANGUAGE sql IMMUTABLE\n"
                     "    AS $$ SELECT 'order ' || $1 $$;",
     .sql = "CREATE INDEX CONCURRENTLY orders_label_idx ON orders (label(id));\n"
            "ANALYZE orders;"},
    {.setup = ORDERS "CREATE FUNCTION label(bigint) RETURNS text LANGUAGE sql\n"
                     "    AS $$ SELECT 'order ' || $1 $$;",
     .sql = "CREATE INDEX CONCURRENTLY orders_label_idx ON orders (label(id));\n"
            "ANALYZE orders;",
     .note = "an expression in SQL is put in the function's place before it is judged"},
    {0},
};

// add-unique-duplicates

// Duplicates are kept out already, or the build is a part of what guards them.
static bool is_unique_already(const Relation *relation, const Words *columns)
{
    if (!relation)
        return false;
    VEC_EACH (const Index, index, &relation->indexes) {
        bool covers = index->is_unique && !index->is_partial && !index->has_expression;
        VEC_EACH (const char *, column, &index->columns)
            covers &= words_have(columns, *column);
        if (covers)
            return true;
    }
    return false;
}

static const char *duplicates_query(const Judged *judged, const Words *columns, bool has_nulls)
{
    Arena *arena = judged->scratch;
    const char *list = proposal_words(arena, columns);
    TEXT_SCOPED where;
    text_init(&where, 4096);
    VEC_EACH (const char *, column, columns)
        if (!has_nulls)
            text_printf(&where, "%s%s IS NOT NULL", where.len ? " AND " : " WHERE ",
                        quote_name(arena, *column));
    return judged_printf(judged,
                         "-- has to give no row:\n"
                         "SELECT %s, count(*) FROM %s%s GROUP BY %s HAVING count(*) > 1;",
                         list, proposal_table(judged, node_field(judged->node, "relation")),
                         text_cstr(&where), list);
}

static bool unique_columns(const Judged *judged, Words *ret_columns)
{
    const Node *constraint = node_field(judged->command, "def");
    if (judged->command) {
        *ret_columns = proposal_list(judged->scratch, node_field(constraint, "keys"));
        return (node_text_is(constraint, "contype", "CONSTR_UNIQUE") ||
                node_text_is(constraint, "contype", "CONSTR_PRIMARY")) &&
               ret_columns->len && !node_flag(constraint, "without_overlaps");
    }
    *ret_columns = index_form_columns(judged->scratch, judged->node);
    return node_flag(judged->node, "unique");
}

static void check_duplicates(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    Words columns;
    if (!unique_columns(judged, &columns) || verdict_nobody_waits(judged, relation) ||
        is_unique_already(relation, &columns))
        return;
    bool has_expression = false;
    NODE_EACH(element, node_field(judged->node, "indexParams"))
    has_expression |= node_has(element, "expr");
    Finding *finding =
        judged_report(judged, judged->command ? node_field(judged->command, "def") : NULL,
                      judged_name(judged, range),
                      "uniqueness of %s in %s fails on the first duplicate that production has%s",
                      proposal_spoken(judged->scratch, &columns), judged_name(judged, range),
                      node_flag(judged->node, "concurrent") ? ", and leaves an INVALID index" : "");
    const Node *said = judged->command ? node_field(judged->command, "def") : judged->node;
    if (!has_expression && !node_has(judged->node, "whereClause"))
        finding->instead =
            duplicates_query(judged, &columns, node_flag(said, "nulls_not_distinct"));
}

static const RuleExample DUPLICATES_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
              "INSERT INTO users VALUES (1, 'a@example.org'), (2, 'a@example.org');",
     .sql = "CREATE UNIQUE INDEX CONCURRENTLY users_email_idx ON users (email);"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, email text);",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);"},
    {0},
};
static const RuleExample DUPLICATES_GOOD[] = {
    {.sql = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
            "CREATE UNIQUE INDEX users_email_idx ON users (email);",
     .note = "a new table has no rows"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);",
     .sql = "CREATE UNIQUE INDEX CONCURRENTLY users_email_id_idx ON users (email, id);",
     .note = "a part of it is unique already"},
    {0},
};

const Rule RULES_INDEX_WORTH[] = {
    {
        .id = "expression-index-no-analyze",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .summary = "an index over an expression is not analyzed",
        .why = "PostgreSQL keeps statistics for the expressions of indexes, but gathers them only "
               "in ANALYZE. Until autovacuum comes by, the planner guesses how selective the "
               "expression is, and may leave the new index unused or choose a bad plan with it.",
        .instead = "ANALYZE the table behind it",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (lower(status));\n"
                       "ANALYZE orders;",
        .on = "IndexStmt VacuumStmt",
        .check = check_expression,
        .file_end = end_expression,
        .bad = EXPRESSION_BAD,
        .good = EXPRESSION_GOOD,
    },
    {
        .id = "duplicate-or-prefix-index",
        .severity = SEVERITY_WARNING,
        .risk = RISK_MAINTENANCE,
        .summary = "an index that another one makes superfluous",
        .why =
            "A B-tree serves queries on its first columns as well as on all of them. A second "
            "index on the same columns, or on the first of them, finds nothing faster, but every "
            "insert and most updates write it, and it takes room in memory and on disk.",
        .instead = "drop the shorter one, or do not make it",
        .instead_sql = "DROP INDEX CONCURRENTLY orders_user_id_idx;",
        .chain_end = end_duplicate,
        .bad = DUPLICATE_BAD,
        .good = DUPLICATE_GOOD,
    },
    {
        .id = "wide-index",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .summary = "an index with more than three columns",
        .why = "After two or three columns few rows are left, and what comes behind rarely narrows "
               "them further, but makes the index larger and every write dearer. It stops updates "
               "of those columns from being heap-only.",
        .instead = "index the columns that select; INCLUDE those that are only read",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_user_id_status_idx ON orders (user_id, "
                       "status);",
        .aliases = "strong_migrations:add_index_columns",
        .on = "IndexStmt",
        .check = check_wide,
        .bad = WIDE_BAD,
        .good = WIDE_GOOD,
    },
    {
        .id = "too-many-indexes",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .summary = "a table has more than fifteen indexes",
        .why =
            "Planning a query locks the table and all its indexes. Up to PostgreSQL 17 a session "
            "has 16 places for locks that need no shared table; what goes beyond contends with "
            "all other sessions. And every insert writes all of the indexes.",
        .instead = "drop those that pg_stat_user_indexes shows unused, before making another",
        .instead_sql = "SELECT indexrelid::regclass, idx_scan FROM pg_stat_user_indexes\n"
                       "WHERE relid = 'wide'::regclass ORDER BY idx_scan;",
        .on = "IndexStmt",
        .check = check_many,
        .bad = MANY_BAD,
        .good = MANY_GOOD,
    },
    {
        .id = "index-nonimmutable-function",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "an index's expression is not immutable",
        .why = "An index holds values that were computed once, so PostgreSQL takes only what gives "
               "the same value for ever: functions that are IMMUTABLE. What depends on the time, "
               "the time zone or other settings is refused. A function that says IMMUTABLE and "
               "reads a table is taken, and makes an index that is silently wrong.",
        .instead = "use what is immutable: a fixed time zone, a column for the value",
        .instead_sql = "CREATE INDEX CONCURRENTLY orders_day_idx\n"
                       "    ON orders (((placed_at AT TIME ZONE 'UTC')::date));",
        .on = "IndexStmt",
        .check = check_immutable,
        .bad = IMMUTABLE_BAD,
        .good = IMMUTABLE_GOOD,
        .claim = {.sqlstate = "42P17"},
    },
    {
        .id = "add-unique-duplicates",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_FAILURE,
        .summary = "uniqueness fails on duplicates that production may have",
        .why = "Building a unique index over rows that are there fails at the first duplicate, "
               "which test databases do not have. Built CONCURRENTLY it leaves an INVALID index "
               "behind, which goes on to refuse new duplicates and has to be dropped.",
        .instead = "look for duplicates before",
        .instead_sql = "SELECT email, count(*) FROM users WHERE email IS NOT NULL GROUP BY email "
                       "HAVING count(*) > 1;",
        .aliases = "atlas:MF101",
        .on = "IndexStmt AT_AddConstraint",
        .check = check_duplicates,
        .bad = DUPLICATES_BAD,
        .good = DUPLICATES_GOOD,
        .claim = {.sqlstate = "23505"},
    },
    {0},
};
