// UNIQUE, PRIMARY KEY and EXCLUDE: constraints that an index stands behind.
#include "check/rules/families.h"
#include "check/rules/keyed.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

enum {
    PARTITIONS_SHOWN = 20,
    RECIPE_BYTES = 16 * 1024,
};

// Each partition gets its index without blocking; the parent's takes them over.
static void add_partitioned(const Keyed *keyed, Text *recipe)
{
    Arena *arena = keyed->judged->scratch;
    const char *name = quote_name(arena, keyed->name);
    const char *columns = proposal_words(arena, &keyed->columns);
    text_printf(recipe, "ALTER TABLE ONLY %s ADD CONSTRAINT %s %s (%s);\n", keyed->table, name,
                keyed_kind(keyed), columns);
    size_t shown = 0;
    VEC_EACH (Relation *, child, &keyed->relation->children) {
        if (shown++ >= PARTITIONS_SHOWN)
            break;
        const char *table = quote_qualified(arena, (*child)->schema, (*child)->name);
        const char *index =
            proposal_made_name(arena, (*child)->name, keyed->is_primary ? NULL : &keyed->columns,
                               keyed->is_primary ? "pkey" : "key");
        text_printf(recipe,
                    "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s %s;\n"
                    "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s;\n"
                    "ALTER INDEX %s ATTACH PARTITION %s;\n",
                    quote_name(arena, index), table, keyed_columns(keyed), table,
                    quote_name(arena, index), keyed_kind(keyed), quote_name(arena, index), name,
                    quote_qualified(arena, (*child)->schema, index));
    }
    if (!shown || shown > PARTITIONS_SHOWN)
        text_append(recipe, STR("-- the last three for every other partition\n"));
}

// A primary key makes its columns NOT NULL: a scan, unless that is proven before.
static void add_not_null(const Keyed *keyed, Text *recipe)
{
    Arena *arena = keyed->judged->scratch;
    VEC_EACH (const char *, column, &keyed->columns) {
        if (!verdict_is_whole(keyed->relation) || verdict_is_not_null(keyed->relation, *column))
            continue;
        Words one = {(const char *[]){*column}, 1, 1};
        const char *check = quote_name(
            arena, proposal_made_name(arena, node_text(keyed->range, "relname"), &one, "not_null"));
        const char *name = quote_name(arena, *column);
        text_printf(recipe,
                    "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;\n"
                    "ALTER TABLE %s VALIDATE CONSTRAINT %s; -- a transaction of its own\n"
                    "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
                    "ALTER TABLE %s DROP CONSTRAINT %s;\n",
                    keyed->table, check, name, keyed->table, check, keyed->table, name,
                    keyed->table, check);
    }
}

// Where the table has a key of that name now, the statement drops it: one ALTER TABLE swaps the
// two.
static void add_beside(const Keyed *keyed, const char *name, Text *recipe)
{
    Arena *arena = keyed->judged->scratch;
    bool is_swap = keyed->relation && relation_constraint(keyed->relation, keyed->name);
    const char *index =
        is_swap ? quote_name(arena, arena_printf(arena, "%.59s_new", keyed->name)) : name;
    const char *drop = is_swap ? arena_printf(arena, "DROP CONSTRAINT %s, ", name) : "";
    text_printf(recipe,
                "-- outside of a transaction:\n"
                "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s %s;\n"
                "ALTER TABLE %s %sADD CONSTRAINT %s %s USING INDEX %s%s;",
                index, keyed->table, keyed_columns(keyed), keyed->table, drop, name,
                keyed_kind(keyed), index, keyed_deferrable(keyed));
}

static const char *safe_form(const Keyed *keyed)
{
    Arena *arena = keyed->judged->scratch;
    const char *name = quote_name(arena, keyed->name);
    TEXT_SCOPED recipe;
    text_init(&recipe, RECIPE_BYTES);
    if (keyed->is_primary)
        add_not_null(keyed, &recipe);
    if (keyed->relation && keyed->relation->kind == RELATION_PARTITIONED)
        add_partitioned(keyed, &recipe);
    else
        add_beside(keyed, name, &recipe);
    return judged_printf(keyed->judged, STR_FMT, STR_ARG(str_trim(text_str(&recipe))));
}

static void report_direct(const Keyed *keyed)
{
    Finding *finding = judged_report(
        keyed->judged, keyed->constraint, keyed->full,
        "%s %s builds its index over %s under ACCESS EXCLUSIVE: nobody reads or writes it "
        "meanwhile",
        keyed->is_primary ? "primary key" : "unique constraint", keyed->name, keyed->full);
    finding->instead = safe_form(keyed);
}

static void check_unique(const Judged *judged)
{
    Keyed keyed;
    if (keyed_read(judged, "CONSTR_UNIQUE", &keyed) && !keyed_has_index(keyed.constraint) &&
        !node_flag(keyed.constraint, "without_overlaps"))
        report_direct(&keyed);
}

static void check_primary(const Judged *judged)
{
    Keyed keyed;
    if (keyed_read(judged, "CONSTR_PRIMARY", &keyed) && !keyed_has_index(keyed.constraint) &&
        !node_flag(keyed.constraint, "without_overlaps"))
        report_direct(&keyed);
}

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint NOT NULL, email text);\n"                                       \
    "INSERT INTO users VALUES (1, 'a@example.org');\n"

static const RuleExample UNIQUE_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);"},
    {.sql = "ALTER TABLE app.users ADD UNIQUE (email);"},
    {0},
};
static const RuleExample UNIQUE_GOOD[] = {
    {.setup = USERS "CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;"},
    {.sql = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
            "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
     .note = "the table is made in the same transaction"},
    {0},
};
static const RuleExample PRIMARY_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);"},
    {.setup = "CREATE TABLE users (id bigint);", .sql = "ALTER TABLE users ADD PRIMARY KEY (id);"},
    {0},
};
static const RuleExample PRIMARY_GOOD[] = {
    {.setup = USERS "CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;"},
    {.sql = "CREATE TABLE users (id bigint);\n"
            "ALTER TABLE users ADD PRIMARY KEY (id);"},
    {0},
};

// add-pk-using-index-nullable

static const Index *index_used(const Keyed *keyed)
{
    if (!keyed->relation || !keyed_has_index(keyed->constraint))
        return NULL;
    return relation_index(keyed->relation, node_text(keyed->constraint, "indexname"));
}

static void check_using_nullable(const Judged *judged)
{
    Keyed keyed;
    if (!keyed_read(judged, "CONSTR_PRIMARY", &keyed))
        return;
    const Index *index = index_used(&keyed);
    for (size_t i = 0; index && i < index->columns.len; i++) {
        const char *column = index->columns.items[i];
        if (!relation_column(keyed.relation, column) || verdict_is_not_null(keyed.relation, column))
            continue;
        keyed.columns = index->columns;
        Finding *finding = judged_report(
            judged, keyed.constraint, keyed.full,
            "primary key %s makes column %s NOT NULL: all of %s is read under ACCESS EXCLUSIVE to "
            "verify that",
            keyed.name, column, keyed.full);
        TEXT_SCOPED recipe;
        text_init(&recipe, RECIPE_BYTES);
        add_not_null(&keyed, &recipe);
        if (recipe.len)
            finding->instead = judged_printf(judged, "-- before it:\n" STR_FMT,
                                             STR_ARG(str_trim(text_str(&recipe))));
        return;
    }
}

static const RuleExample NULLABLE_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint, email text);\n"
              "INSERT INTO users VALUES (1, 'a@example.org');\n"
              "CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;"},
    {0},
};
static const RuleExample NULLABLE_GOOD[] = {
    {.setup = USERS "CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;"},
    {.setup = "CREATE TABLE users (id bigint, email text);\n"
              "CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);\n"
              "ALTER TABLE users ADD CONSTRAINT users_id_not_null CHECK (id IS NOT NULL) NOT "
              "VALID;\n"
              "ALTER TABLE users VALIDATE CONSTRAINT users_id_not_null;",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;",
     .note = "a validated check proves it"},
    {0},
};

// using-index-partial-expr

static const char *why_unusable(const Index *index)
{
    if (index->constraint)
        return "belongs to a constraint already";
    if (!index->is_unique)
        return "is not unique";
    if (index->is_partial)
        return "is partial";
    return index->has_expression ? "is over an expression" : NULL;
}

static void check_using_index(const Judged *judged)
{
    const Node *constraint = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (!relation || !keyed_has_index(constraint))
        return;
    const char *name = node_text(constraint, "indexname");
    const Index *index = relation_index(relation, name);
    const char *why = index ? why_unusable(index) : NULL;
    bool is_partitioned = relation->kind == RELATION_PARTITIONED;
    if (is_partitioned)
        judged_report(judged, constraint, judged_name(judged, range),
                      "ADD CONSTRAINT ... USING INDEX is refused: %s is partitioned",
                      judged_name(judged, range));
    else if (why)
        judged_report(judged, constraint, judged_name(judged, range),
                      "index %s %s: no constraint of %s can use it, the statement fails", name, why,
                      judged_name(judged, range));
}

static const RuleExample USING_INDEX_BAD[] = {
    {.setup = USERS "CREATE UNIQUE INDEX users_email_key ON users (email) WHERE email <> '';",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;"},
    {.setup = USERS "CREATE UNIQUE INDEX users_email_key ON users (lower(email));",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;"},
    {0},
};
static const RuleExample USING_INDEX_GOOD[] = {
    {.setup = USERS "CREATE UNIQUE INDEX users_email_key ON users (email);",
     .sql = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;"},
    {0},
};

// add-exclusion, without-overlaps-constraint

static void check_exclusion(const Judged *judged)
{
    Keyed keyed;
    if (!keyed_read(judged, "CONSTR_EXCLUSION", &keyed))
        return;
    const char *name = node_text(keyed.constraint, "conname");
    judged_report(judged, keyed.constraint, keyed.full,
                  "exclusion constraint%s%s builds its index over %s and checks all rows under "
                  "ACCESS EXCLUSIVE: nobody reads or writes it meanwhile",
                  *name ? " " : "", name, keyed.full);
}

static void check_without_overlaps(const Judged *judged)
{
    Keyed keyed;
    if ((keyed_read(judged, "CONSTR_PRIMARY", &keyed) ||
         keyed_read(judged, "CONSTR_UNIQUE", &keyed)) &&
        node_flag(keyed.constraint, "without_overlaps"))
        judged_report(judged, keyed.constraint, keyed.full,
                      "%s %s builds a GiST index over %s under ACCESS EXCLUSIVE; scalar columns in "
                      "it need the extension btree_gist",
                      keyed.is_primary ? "primary key" : "unique constraint", keyed.name,
                      keyed.full);
}

static const RuleExample EXCLUSION_BAD[] = {
    {.setup = "CREATE TABLE bookings (during tsrange);\n"
              "INSERT INTO bookings VALUES ('[2030-01-01,2030-01-02)');",
     .sql = "ALTER TABLE bookings\n"
            "    ADD CONSTRAINT bookings_during_excl EXCLUDE USING gist (during WITH &&);"},
    {0},
};
static const RuleExample EXCLUSION_GOOD[] = {
    {.sql = "CREATE TABLE bookings (\n"
            "    during tsrange,\n"
            "    CONSTRAINT bookings_during_excl EXCLUDE USING gist (during WITH &&)\n"
            ");",
     .note = "a new table"},
    {0},
};
static const RuleExample WITHOUT_OVERLAPS_BAD[] = {
    {.setup = "CREATE TABLE bookings (room int4range NOT NULL, during tsrange NOT NULL);\n"
              "INSERT INTO bookings VALUES ('[1,2)', '[2030-01-01,2030-01-02)');",
     .sql = "ALTER TABLE bookings\n"
            "    ADD CONSTRAINT bookings_pkey PRIMARY KEY (room, during WITHOUT OVERLAPS);",
     .pg_from = 18},
    {0},
};
static const RuleExample WITHOUT_OVERLAPS_GOOD[] = {
    {.sql = "CREATE TABLE bookings (\n"
            "    room int4range,\n"
            "    during tsrange,\n"
            "    PRIMARY KEY (room, during WITHOUT OVERLAPS)\n"
            ");",
     .pg_from = 18},
    {0},
};

const Rule RULES_CONSTRAINT_UNIQUE[] = {
    {
        .id = "add-unique-direct",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "a unique constraint builds its index while nobody can use the table",
        .why = "ADD CONSTRAINT ... UNIQUE reads the table and builds an index, holding ACCESS "
               "EXCLUSIVE until its transaction ends: neither reads nor writes get through. The "
               "index can be built beforehand without blocking anybody, and then become the "
               "constraint's, which takes the lock for an instant.",
        .instead = "build a unique index CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX",
        .instead_sql = "CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n"
                       "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX "
                       "users_email_key;",
        .aliases = "squawk:disallowed-unique-constraint eugene:E7 "
                   "strong_migrations:add_unique_constraint atlas:PG105",
        .on = "AT_AddConstraint",
        .check = check_unique,
        .bad = UNIQUE_BAD,
        .good = UNIQUE_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "add-pk-direct",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "a primary key builds its index while nobody can use the table",
        .why = "ADD PRIMARY KEY makes its columns NOT NULL, which reads the table unless that is "
               "proven, and builds a unique index. It holds ACCESS EXCLUSIVE until its transaction "
               "ends, so every query on the table waits. A unique index that was built "
               "CONCURRENTLY on NOT NULL columns becomes the primary key in an instant.",
        .instead = "prove NOT NULL, build a unique index CONCURRENTLY, then ADD PRIMARY KEY USING "
                   "INDEX",
        .instead_sql = "CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);\n"
                       "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX "
                       "users_pkey;",
        .aliases = "squawk:adding-serial-primary-key-field atlas:PG104",
        .on = "AT_AddConstraint",
        .check = check_primary,
        .bad = PRIMARY_BAD,
        .good = PRIMARY_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "add-pk-using-index-nullable",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a primary key on a column that may be null reads the whole table",
        .why = "A primary key's columns are NOT NULL, and ADD PRIMARY KEY USING INDEX sets that "
               "where it is missing: it reads all rows under ACCESS EXCLUSIVE, and fails at the "
               "first null. A validated CHECK (column IS NOT NULL) spares the scan.",
        .instead = "make the columns NOT NULL first, by way of a validated check",
        .instead_sql = "ALTER TABLE users ADD CONSTRAINT users_id_not_null CHECK (id IS NOT NULL) "
                       "NOT VALID;\n"
                       "-- a transaction of its own:\n"
                       "ALTER TABLE users VALIDATE CONSTRAINT users_id_not_null;\n"
                       "ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX "
                       "users_pkey;",
        .aliases = "eugene:W14 atlas:PG304",
        .on = "AT_AddConstraint",
        .check = check_using_nullable,
        .bad = NULLABLE_BAD,
        .good = NULLABLE_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "using-index-partial-expr",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "USING INDEX names an index that no constraint can use",
        .why = "A constraint's index has to be a plain unique B-tree: not partial, not over an "
               "expression, in the default order, of no other constraint, and its table not "
               "partitioned. Anything else is refused.",
        .instead = "build a plain unique index, or keep the index without a constraint",
        .instead_sql = "CREATE UNIQUE INDEX CONCURRENTLY users_email_key2 ON users (email);\n"
                       "ALTER TABLE users ADD CONSTRAINT users_email_key2 UNIQUE USING INDEX "
                       "users_email_key2;",
        .on = "AT_AddConstraint",
        .check = check_using_index,
        .bad = USING_INDEX_BAD,
        .good = USING_INDEX_GOOD,
        .claim = {.sqlstate = "42809"},
    },
    {
        .id = "add-exclusion",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "an exclusion constraint builds its index while nobody can use the table",
        .why = "EXCLUDE has neither NOT VALID nor USING INDEX: the index is built and all rows are "
               "checked under ACCESS EXCLUSIVE. There is no form for a large table that is in use.",
        .instead =
            "make a new table with the constraint and move the rows, or keep rows apart by a "
            "trigger with an advisory lock",
        .aliases = "eugene:E8 strong_migrations:add_exclusion_constraint atlas:PG311",
        .on = "AT_AddConstraint",
        .check = check_exclusion,
        .bad = EXCLUSION_BAD,
        .good = EXCLUSION_GOOD,
        .claim = {.relation = "public.bookings", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "without-overlaps-constraint",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .pg_from = 18,
        .summary = "a temporal key builds a GiST index while nobody can use the table",
        .why = "PRIMARY KEY and UNIQUE ... WITHOUT OVERLAPS are exclusion constraints inside: a "
               "GiST index is built under ACCESS EXCLUSIVE, and no index that was built before can "
               "be used. Columns of plain types, as int or uuid, need the extension btree_gist, or "
               "the statement fails.",
        .instead = "make a new table with the constraint and move the rows",
        .on = "AT_AddConstraint",
        .check = check_without_overlaps,
        .bad = WITHOUT_OVERLAPS_BAD,
        .good = WITHOUT_OVERLAPS_GOOD,
        .claim = {.relation = "public.bookings", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {0},
};
