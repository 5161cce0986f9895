// Foreign keys as they are made: what is read, and which tables are locked.
#include "check/rules/families.h"
#include "check/rules/foreign_key.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

enum {
    PARTITIONS_SHOWN = 20,
    RECIPE_BYTES = 16 * 1024,
};

// Where a word begins that stands by itself, in any case; NULL.
static const char *find_word(const char *text, Str word)
{
    static const char AROUND[] = " \t\r\n()\"";
    for (const char *at = text; *at; at++)
        if (str_starts_nocase(str_from(at), word) && (at == text || strchr(AROUND, at[-1])) &&
            strchr(AROUND, at[word.n])) // also the end
            return at;
    return NULL;
}

// From the word FOREIGN on, without NOT VALID.
static const char *key_text(const Judged *judged, const ForeignKey *key)
{
    const char *text = proposal_piece(judged, key->constraint);
    const char *from = find_word(text, STR("foreign"));
    text = from ? from : text;
    const char *valid = find_word(text, STR("valid"));
    const char *not = NULL;
    for (const char *at = text; valid && (at = find_word(at, STR("not"))) && at < valid; at++)
        not = at;
    if (!not )
        return text;
    Str before = str_trim((Str){text, (size_t)(not -text)});
    return arena_join(judged->scratch, before, STR(""), str_from(valid + strlen("valid")));
}

// add-fk-validated, add-fk-not-valid-partitioned

static bool is_partitioned(const ForeignKey *key)
{
    return key->child && key->child->kind == RELATION_PARTITIONED;
}

// One by one on each partition; the parent's key then takes them over without reading rows.
static const char *partition_recipe(const Judged *judged, const ForeignKey *key)
{
    Arena *arena = judged->scratch;
    const char *name = quote_name(arena, foreign_key_name(judged, key));
    const char *text = key_text(judged, key);
    TEXT_SCOPED recipe;
    text_init(&recipe, RECIPE_BYTES);
    size_t shown = 0;
    VEC_EACH (Relation *, child, &key->child->children) {
        if (shown++ >= PARTITIONS_SHOWN)
            break;
        const char *table = quote_qualified(arena, (*child)->schema, (*child)->name);
        text_printf(&recipe,
                    "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID;\n"
                    "ALTER TABLE %s VALIDATE CONSTRAINT %s; -- a transaction of its own\n",
                    table, name, text, table, name);
    }
    if (!shown || key->child->children.len > PARTITIONS_SHOWN)
        text_printf(&recipe, "-- the same for %s partition\n", shown ? "every other" : "each");
    text_printf(&recipe,
                "-- takes those over and reads no row, %s is locked for an instant\n"
                "ALTER TABLE %s ADD CONSTRAINT %s %s;",
                key->parent_name, proposal_table(judged, key->child_range), name, text);
    return judged_keep(judged->lint, text_cstr(&recipe));
}

static void check_validated(const Judged *judged)
{
    ForeignKeys keys = foreign_keys_of(judged);
    VEC_EACH (const ForeignKey, key, &keys) {
        if (node_flag(key->constraint, "skip_validation") ||
            verdict_nobody_waits(judged, key->child))
            continue;
        Finding *finding = judged_report(
            judged, key->constraint, key->child_name,
            "foreign key %s reads every row of %s while nobody can write to it or to %s",
            foreign_key_name(judged, key), key->child_name, key->parent_name);
        if (is_partitioned(key) && judged->pg_from < 18) {
            finding->instead = partition_recipe(judged, key);
            continue;
        }
        const char *name = foreign_key_name(judged, key);
        finding->instead = proposal_not_valid(judged, key->child_range, key->constraint, name,
                                              key->child && relation_constraint(key->child, name));
    }
}

#define USERS_AND_ORDERS                                                                           \
    "CREATE TABLE users (id bigint PRIMARY KEY);\n"                                                \
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n"                               \
    "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"

static const RuleExample VALIDATED_BAD[] = {
    {.setup = USERS_AND_ORDERS "INSERT INTO users VALUES (1);\n"
                               "INSERT INTO orders VALUES (1, 1);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users (id);"},
    {.sql = "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;"},
    {0},
};
static const RuleExample VALIDATED_GOOD[] = {
    {.setup = USERS_AND_ORDERS,
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;"},
    {.sql = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n"
            "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users (id);",
     .note = "both tables are made in the same transaction"},
    {.setup = USERS_AND_ORDERS,
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users (id) NOT ENFORCED;",
     .note = "not enforced: no row is read",
     .pg_from = 18},
    {0},
};

static void check_not_valid_partitioned(const Judged *judged)
{
    ForeignKeys keys = foreign_keys_of(judged);
    VEC_EACH (const ForeignKey, key, &keys) {
        if (!is_partitioned(key) || !node_flag(key->constraint, "skip_validation") ||
            !node_flag(key->constraint, "is_enforced"))
            continue;
        Finding *finding = judged_report(
            judged, key->constraint, key->child_name,
            "foreign key %s: %s is partitioned, and before PostgreSQL 18 such a table takes no "
            "NOT VALID foreign key: it fails",
            foreign_key_name(judged, key), key->child_name);
        finding->instead = partition_recipe(judged, key);
        finding->safe_from = 18;
    }
}

#define USERS_AND_EVENTS                                                                           \
    "CREATE TABLE users (id bigint PRIMARY KEY);\n"                                                \
    "CREATE TABLE events (user_id bigint, day date) PARTITION BY RANGE (day);\n"                   \
    "CREATE TABLE events_2030 PARTITION OF events\n"                                               \
    "    FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');\n"                                      \
    "CREATE INDEX events_user_id_idx ON events (user_id);"

static const RuleExample PARTITIONED_BAD[] = {
    {.setup = USERS_AND_EVENTS,
     .sql = "ALTER TABLE events ADD CONSTRAINT events_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .pg_to = 17},
    {0},
};
static const RuleExample PARTITIONED_GOOD[] = {
    {.setup = USERS_AND_EVENTS,
     .sql = "ALTER TABLE events_2030 ADD CONSTRAINT events_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .note = "on a partition it works"},
    {.setup = USERS_AND_EVENTS,
     .sql = "ALTER TABLE events ADD CONSTRAINT events_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .pg_from = 18},
    {0},
};

// fk-in-create-table-hot-parent

static bool has_lock_timeout(const Judged *judged)
{
    const SettingState *setting = &judged->session->lock_timeout;
    return setting->is_set && !setting->is_useless && setting->value_ms > 0;
}

static bool is_hot(const Judged *judged, const ForeignKey *key)
{
    return !key->is_self && !verdict_nobody_waits(judged, key->parent);
}

// CREATE TABLE IF NOT EXISTS of one that is there makes nothing.
static bool makes_nothing(const Judged *judged, const ForeignKey *key)
{
    return !judged->command && node_flag(judged->node, "if_not_exists") && key->child;
}

static void check_hot_parent(const Judged *judged)
{
    if (has_lock_timeout(judged))
        return;
    ForeignKeys keys = foreign_keys_of(judged);
    Words said = {0};
    VEC_EACH (const ForeignKey, key, &keys) {
        bool is_new_child = !judged->command || verdict_nobody_waits(judged, key->child);
        if (!is_new_child || !is_hot(judged, key) || makes_nothing(judged, key) ||
            words_have(&said, key->parent_name))
            continue;
        // One lock_timeout in front is for all that the transaction makes.
        if (!said.len && !judged_first_in_transaction(judged))
            return;
        *vec_append(judged->scratch, &said) = key->parent_name;
        Finding *finding = judged_report(
            judged, key->constraint, key->parent_name,
            "the new table %s locks %s: an instant of SHARE ROW EXCLUSIVE, but it queues behind "
            "every open write to %s, and later writes queue behind it",
            key->child_name, key->parent_name, key->parent_name);
        finding->instead = judged_printf(
            judged, "SET LOCAL lock_timeout = '2s'; -- in front; and try again when it fails");
    }
}

static const RuleExample HOT_PARENT_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "CREATE TABLE notes (\n"
            "    id bigint PRIMARY KEY,\n"
            "    user_id bigint NOT NULL REFERENCES users (id)\n"
            ");\n"
            "CREATE INDEX notes_user_id_idx ON notes (user_id);"},
    {.sql = "CREATE TABLE notes (user_id bigint, FOREIGN KEY (user_id) REFERENCES app.users);"},
    {0},
};
static const RuleExample HOT_PARENT_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "SET LOCAL lock_timeout = '2s';\n"
            "CREATE TABLE notes (\n"
            "    id bigint PRIMARY KEY,\n"
            "    user_id bigint NOT NULL REFERENCES users (id)\n"
            ");\n"
            "CREATE INDEX notes_user_id_idx ON notes (user_id);",
     .note = "it gives up instead of holding up others"},
    {.sql = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));\n"
            "CREATE INDEX notes_user_id_idx ON notes (user_id);",
     .note = "nobody uses the parent yet"},
    {0},
};

// multiple-fks-one-transaction

typedef struct LockedParents {
    int transaction;
    bool is_reported;
    Words parents;
} LockedParents;

static LockedParents *locked_parents(const Judged *judged)
{
    LockedParents *locked =
        judged_memory(judged->lint, &RULES_CONSTRAINT_FOREIGN[0], sizeof(LockedParents));
    if (locked->transaction != judged->transaction->number) {
        locked->transaction = judged->transaction->number;
        locked->is_reported = false;
        locked->parents.len = 0;
    }
    return locked;
}

static void check_multiple(const Judged *judged)
{
    ForeignKeys keys = foreign_keys_of(judged);
    if (!keys.len)
        return;
    LockedParents *locked = locked_parents(judged);
    Arena *arena = judged_arena(judged->lint);
    VEC_EACH (const ForeignKey, key, &keys) {
        if (!is_hot(judged, key) || makes_nothing(judged, key) ||
            words_have(&locked->parents, key->parent_name))
            continue;
        *vec_append(arena, &locked->parents) = arena_strdup(arena, key->parent_name);
        if (locked->parents.len < 2 || locked->is_reported)
            continue;
        locked->is_reported = true;
        Finding *finding = judged_report(
            judged, key->constraint, key->parent_name,
            "one transaction locks %s for foreign keys: writers that use them in another order "
            "deadlock with it, and all of them wait until it ends",
            proposal_spoken(judged->scratch, &locked->parents));
        bool is_new_child = !judged->command || verdict_nobody_waits(judged, key->child);
        if (is_new_child)
            verdict_grade(finding, SEVERITY_NOTICE);
    }
}

static const RuleExample MULTIPLE_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE teams (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (user_id bigint, team_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);\n"
              "CREATE INDEX notes_team_id_idx ON notes (team_id);",
     .sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
            "ALTER TABLE notes ADD CONSTRAINT notes_team_id_fkey\n"
            "    FOREIGN KEY (team_id) REFERENCES teams NOT VALID;"},
    {0},
};
static const RuleExample MULTIPLE_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE teams (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (user_id bigint, team_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);\n"
              "CREATE INDEX notes_team_id_idx ON notes (team_id);",
     .sql = "BEGIN;\n"
            "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
            "COMMIT;\n"
            "BEGIN;\n"
            "ALTER TABLE notes ADD CONSTRAINT notes_team_id_fkey\n"
            "    FOREIGN KEY (team_id) REFERENCES teams NOT VALID;\n"
            "COMMIT;"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "CREATE TABLE notes (author_id bigint REFERENCES users, editor_id bigint REFERENCES "
            "users);\n"
            "CREATE INDEX notes_author_id_idx ON notes (author_id);\n"
            "CREATE INDEX notes_editor_id_idx ON notes (editor_id);",
     .note = "both lock the same table"},
    {0},
};

const Rule RULES_CONSTRAINT_FOREIGN[] = {
    {
        .id = "add-fk-validated",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a foreign key is verified while nobody can write to either table",
        .why = "ADD FOREIGN KEY reads all rows of the table and looks each of them up, holding "
               "SHARE ROW EXCLUSIVE on both tables until the transaction ends: inserts, updates "
               "and deletes wait on both. With NOT VALID it takes the locks for an instant, and "
               "VALIDATE CONSTRAINT reads the rows later without blocking writes.",
        .instead = "add it NOT VALID, and validate it in a later transaction",
        .instead_sql = "ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey\n"
                       "    FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;",
        .aliases = "squawk:adding-foreign-key-constraint squawk:constraint-missing-not-valid "
                   "eugene:E1 strong_migrations:add_foreign_key atlas:PG306",
        .on = "AT_AddConstraint",
        .check = check_validated,
        .bad = VALIDATED_BAD,
        .good = VALIDATED_GOOD,
        .claim = {.relation = "public.orders",
                  .mode = LOCK_SHARE_ROW_EXCLUSIVE,
                  .is_scanned = true},
    },
    {
        .id = "add-fk-not-valid-partitioned",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .pg_to = 17,
        .summary = "a partitioned table takes no NOT VALID foreign key before PostgreSQL 18",
        .why = "Up to PostgreSQL 17 the server refuses ADD FOREIGN KEY ... NOT VALID on a "
               "partitioned table. Without NOT VALID all partitions are read under SHARE ROW "
               "EXCLUSIVE. A foreign key of the parent takes over valid ones of its partitions "
               "that say the same: it reads no row again, and takes ACCESS EXCLUSIVE on the "
               "referenced "
               "table for an instant.",
        .instead = "add and validate it on each partition, then add it to the parent",
        .instead_sql = "ALTER TABLE events_2030 ADD CONSTRAINT events_user_id_fkey\n"
                       "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
                       "-- each in a transaction of its own:\n"
                       "ALTER TABLE events_2030 VALIDATE CONSTRAINT events_user_id_fkey;\n"
                       "ALTER TABLE events ADD CONSTRAINT events_user_id_fkey\n"
                       "    FOREIGN KEY (user_id) REFERENCES users;",
        .on = "AT_AddConstraint",
        .check = check_not_valid_partitioned,
        .bad = PARTITIONED_BAD,
        .good = PARTITIONED_GOOD,
        .claim = {.sqlstate = "42809"},
    },
    {
        .id = "fk-in-create-table-hot-parent",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_BLOCKING,
        .summary = "a new table's foreign key locks the table that it references",
        .why = "A foreign key puts triggers on the referenced table, for which SHARE ROW EXCLUSIVE "
               "is taken there. A new table has no rows to verify, so it is instant once the lock "
               "is had. But it waits for every transaction that has written to the parent, and new "
               "writes queue behind it.",
        .instead = "set a short lock_timeout, and make the table in a transaction of its own",
        .instead_sql = "SET LOCAL lock_timeout = '2s';\n"
                       "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES "
                       "users (id));",
        .aliases = "eugene:E9",
        .on = "CreateStmt AT_AddConstraint",
        .check = check_hot_parent,
        .bad = HOT_PARENT_BAD,
        .good = HOT_PARENT_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_SHARE_ROW_EXCLUSIVE},
    },
    {
        .id = "multiple-fks-one-transaction",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "one transaction locks several tables for foreign keys",
        .why = "Each foreign key takes SHARE ROW EXCLUSIVE on the table that it references, and "
               "keeps it until the transaction ends. The application writes to those tables in an "
               "order of its own, so the two can wait for each other: one of them is ended by the "
               "deadlock detector. While the migration waits for one table, writers of the others "
               "wait for it.",
        .instead = "one foreign key for each transaction",
        .instead_sql = "BEGIN;\n"
                       "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
                       "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
                       "COMMIT;\n"
                       "BEGIN;\n"
                       "ALTER TABLE notes ADD CONSTRAINT notes_team_id_fkey\n"
                       "    FOREIGN KEY (team_id) REFERENCES teams NOT VALID;\n"
                       "COMMIT;",
        .on = "CreateStmt AT_AddConstraint AT_AddColumn",
        .check = check_multiple,
        .bad = MULTIPLE_BAD,
        .good = MULTIPLE_GOOD,
        .claim = {.relation = "public.teams", .mode = LOCK_SHARE_ROW_EXCLUSIVE},
    },
    {0},
};
