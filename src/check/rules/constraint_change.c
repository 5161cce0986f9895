// Constraints that go, come again, get another's name, or change when they are checked.
#include "check/rules/families.h"
#include "check/rules/proposal.h"
#include "check/rules/renaming.h"
#include "check/rules/verdict.h"

#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

static bool is_conditional_drop(const Judged *judged, const Relation *relation,
                                const Constraint *constraint)
{
    return !constraint && node_flag(judged->command, "missing_ok") &&
           (judged->is_conditional || !verdict_is_whole(relation));
}

// drop-constraint

// "(a IS NOT NULL)", and nothing else: by the count of its words.
static bool only_proves_not_null(const Constraint *constraint)
{
    if (constraint->kind != CONSTRAINT_CHECK || !constraint->not_null.len || !constraint->text)
        return false;
    Lexer lexer = {.text = str_from(constraint->text), .is_whole = true};
    size_t words = 0;
    for (Token token; (token = lex_next_significant(&lexer)).kind != TOKEN_END;)
        words += token.kind != TOKEN_OPEN && token.kind != TOKEN_CLOSE;
    return words == 5 * constraint->not_null.len - 1; // column IS NOT NULL, AND between
}

static bool are_not_null(const Relation *relation, const Words *columns)
{
    VEC_EACH (const char *, name, columns) {
        const Column *column = relation_column(relation, *name);
        if (!column || !column->is_not_null)
            return false;
    }
    return true;
}

static bool is_key(const Constraint *constraint)
{
    return constraint->kind == CONSTRAINT_UNIQUE || constraint->kind == CONSTRAINT_PRIMARY;
}

// Something else guards the same columns already.
static bool is_replaced(const Relation *relation, const Constraint *dropped)
{
    VEC_EACH (const Constraint, other, &relation->constraints)
        if (other != dropped && other->is_enforced && other->kind == dropped->kind &&
            words_same(&other->columns, &dropped->columns) &&
            (dropped->kind != CONSTRAINT_FOREIGN ||
             !strcmp(other->references, dropped->references)))
            return true;
    if (dropped->kind != CONSTRAINT_UNIQUE)
        return false;
    VEC_EACH (const Index, index, &relation->indexes)
        if (index->is_unique && !index->is_partial && !index->has_expression &&
            words_same(&index->columns, &dropped->columns) &&
            !(index->constraint && !strcmp(index->constraint, dropped->name)))
            return true;
    return false;
}

// The same ALTER TABLE adds one under this name, or of the same kind.
static bool is_added_beside(const Judged *judged)
{
    const char *name = node_text(judged->command, "name");
    NODE_EACH(command, node_field(judged->node, "cmds"))
    {
        if (node_text_is(command, "subtype", "AT_AddConstraint") &&
            (node_text_is(command, "def.conname", name) || !node_has(command, "def.conname")))
            return true;
    }
    return false;
}

static const char *what_is_lost(const Judged *judged, const Constraint *constraint)
{
    if (!constraint)
        return "what it guarded is no longer guaranteed";
    if (constraint->kind == CONSTRAINT_FOREIGN)
        return arena_printf(judged->scratch,
                            "rows may reference what is not there, and ACCESS EXCLUSIVE is taken "
                            "on %s as well",
                            constraint->references);
    if (is_key(constraint))
        return "duplicates get in, and ON CONFLICT on these columns fails";
    return "rows that break it get in";
}

static void check_drop(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const char *name = node_text(judged->command, "name");
    const Constraint *constraint = relation ? relation_constraint(relation, name) : NULL;
    GoneNames *gone = gone_names(judged, rule_find(STR("drop-constraint")));
    if (node_text_is(judged->command, "subtype", "AT_AddConstraint")) {
        gone_again(judged, gone, node_text(range, "relname"),
                   node_text(judged->command, "def.conname"));
        return;
    }
    if (verdict_nobody_waits(judged, relation) || is_added_beside(judged) ||
        (!constraint && verdict_is_whole(relation)))
        return;
    if (constraint &&
        (!constraint->is_enforced || is_replaced(relation, constraint) ||
         (only_proves_not_null(constraint) && are_not_null(relation, &constraint->not_null))))
        return;
    Finding *finding = judged_report(judged, NULL, judged_name(judged, range),
                                     "constraint %s of %s is dropped: %s", name,
                                     judged_name(judged, range), what_is_lost(judged, constraint));
    gone_add(judged, gone, node_text(range, "relname"), name);
    if (is_conditional_drop(judged, relation, constraint))
        verdict_grade(finding, SEVERITY_NOTICE);
}

static const RuleExample DROP_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (user_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);\n"
              "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users;",
     .sql = "ALTER TABLE notes DROP CONSTRAINT notes_user_id_fkey;"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, email text,\n"
              "    CONSTRAINT users_email_key UNIQUE (email));",
     .sql = "ALTER TABLE users DROP CONSTRAINT users_email_key;"},
    {.sql = "ALTER TABLE users DROP CONSTRAINT users_email_key;"},
    {0},
};
static const RuleExample DROP_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, level int,\n"
              "    CONSTRAINT users_level_check CHECK (level > 0));",
     .sql = "ALTER TABLE users DROP CONSTRAINT users_level_check;\n"
            "ALTER TABLE users ADD CONSTRAINT users_level_check CHECK (level >= 0) NOT VALID;",
     .note = "the same transaction adds it again"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
              "ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT "
              "VALID;\n"
              "ALTER TABLE users VALIDATE CONSTRAINT users_email_set;\n"
              "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
     .sql = "ALTER TABLE users DROP CONSTRAINT users_email_set;",
     .note = "NOT NULL says the same"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric,\n"
              "    CONSTRAINT orders_total_check CHECK (total > 0));\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_total_check2 CHECK (total >= 0) NOT "
              "VALID;\n"
              "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check2;",
     .sql = "ALTER TABLE orders DROP CONSTRAINT orders_total_check;",
     .note = "another one took its place"},
    {0},
};

// drop-and-readd-constraint

typedef struct DroppedConstraint {
    const char *table;
    const char *name;
    int file;
    int transaction;
} DroppedConstraint;

enum {
    DROPPED_REMEMBERED = 64, // of one file; more are no longer looked for
};

typedef struct DroppedConstraints {
    VEC(DroppedConstraint) items;
} DroppedConstraints;

static DroppedConstraints *dropped_here(const Judged *judged)
{
    DroppedConstraints *dropped =
        judged_memory(judged->lint, &RULES_CONSTRAINT_CHANGE[0], sizeof(DroppedConstraints));
    if (dropped->items.len && dropped->items.items[0].file != judged->file->number)
        dropped->items.len = 0;
    return dropped;
}

static void remember_drop(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const char *name = node_text(judged->command, "name");
    const Constraint *constraint = relation ? relation_constraint(relation, name) : NULL;
    DroppedConstraints *dropped = dropped_here(judged);
    // IF EXISTS of what was never seen is how a file is made repeatable.
    if (dropped->items.len >= DROPPED_REMEMBERED || verdict_nobody_waits(judged, relation) ||
        (!constraint && (verdict_is_whole(relation) || node_flag(judged->command, "missing_ok"))))
        return;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &dropped->items) = (DroppedConstraint){
        .table = arena_strdup(arena, node_text(range, "relname")),
        .name = arena_strdup(arena, name),
        .file = judged->file->number,
        .transaction = judged->transaction->number,
    };
}

static void check_readd(const Judged *judged)
{
    if (node_text_is(judged->command, "subtype", "AT_DropConstraint")) {
        remember_drop(judged);
        return;
    }
    const Node *constraint = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    const char *name = node_text(constraint, "conname");
    bool reads_nothing =
        node_flag(constraint, "skip_validation") || *node_text(constraint, "indexname");
    DroppedConstraints *dropped = dropped_here(judged);
    VEC_EACH (const DroppedConstraint, drop, &dropped->items) {
        bool is_together = drop->transaction == judged->transaction->number;
        if (strcmp(drop->name, name) != 0 || !node_text_is(range, "relname", drop->table) ||
            (is_together && reads_nothing))
            continue;
        Finding *finding = judged_report(
            judged, constraint, judged_name(judged, range),
            is_together ? "constraint %s of %s is dropped and added again: all rows are read while "
                          "the locks of both are held"
                        : "constraint %s of %s was dropped in a transaction before: between the "
                          "two, rows that break it get in",
            name, judged_name(judged, range));
        if (!node_text_is(constraint, "contype", "CONSTR_CHECK") &&
            !node_text_is(constraint, "contype", "CONSTR_FOREIGN"))
            return; // what has an index cannot be NOT VALID
        finding->instead = proposal_not_valid(judged, range, constraint, name, true);
        return;
    }
}

#define ORDERS_WITH_CHECK                                                                          \
    "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric,\n"                                 \
    "    CONSTRAINT orders_total_check CHECK (total > 0));\n"                                      \
    "INSERT INTO orders VALUES (1, 10);"

static const RuleExample READD_BAD[] = {
    {.setup = ORDERS_WITH_CHECK,
     .sql = "ALTER TABLE orders DROP CONSTRAINT orders_total_check;\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);"},
    {.setup = ORDERS_WITH_CHECK,
     .sql = "BEGIN;\n"
            "ALTER TABLE orders DROP CONSTRAINT orders_total_check;\n"
            "COMMIT;\n"
            "BEGIN;\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n"
            "COMMIT;",
     .note = "nothing checks rows between the two"},
    {0},
};
static const RuleExample READD_GOOD[] = {
    {.setup = ORDERS_WITH_CHECK,
     .sql = "ALTER TABLE orders\n"
            "    DROP CONSTRAINT orders_total_check,\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;",
     .note = "one transaction, no row is read"},
    {.setup = ORDERS_WITH_CHECK,
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check2 CHECK (total >= 0) NOT VALID;"},
    {0},
};

// constraint-name-collision

static bool is_dropped_beside(const Judged *judged, const char *name)
{
    NODE_EACH(command, node_field(judged->node, "cmds"))
    {
        if (node_text_is(command, "subtype", "AT_DropConstraint") &&
            node_text_is(command, "name", name))
            return true;
    }
    return false;
}

static void check_name(const Judged *judged)
{
    const Node *constraint = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const char *name = node_text(constraint, "conname");
    if (*name) {
        if (relation && relation_constraint(relation, name) && !judged->is_conditional &&
            !is_dropped_beside(judged, name))
            verdict_grade(judged_report(judged, constraint, judged_name(judged, range),
                                        "%s has a constraint %s already: the statement fails",
                                        judged_name(judged, range), name),
                          SEVERITY_ERROR);
        return;
    }
    if (node_text_is(constraint, "contype", "CONSTR_PRIMARY") ||
        *node_text(constraint, "indexname") || verdict_nobody_waits(judged, relation))
        return;
    judged_report(judged, constraint, judged_name(judged, range),
                  "a constraint of %s has no name: PostgreSQL makes one up, another where that is "
                  "taken, and a later DROP CONSTRAINT may miss it",
                  judged_name(judged, range));
}

static const RuleExample NAME_BAD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric,\n"
              "    CONSTRAINT orders_total_check CHECK (total > 0));",
     .sql = "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders ADD CHECK (total >= 0) NOT VALID;"},
    {0},
};
static const RuleExample NAME_GOOD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;"},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric CHECK (total >= 0));",
     .note = "in a new table the name is the expected one"},
    {0},
};

// deferrable-change

static void check_deferrable_key(const Judged *judged, const Node *constraint, const Node *range)
{
    bool is_unique = node_text_is(constraint, "contype", "CONSTR_UNIQUE") ||
                     node_text_is(constraint, "contype", "CONSTR_PRIMARY");
    if (is_unique && node_flag(constraint, "deferrable"))
        verdict_grade(judged_report(judged, constraint, judged_name(judged, range),
                                    "a deferrable key of %s: ON CONFLICT cannot use it, and no "
                                    "foreign key can reference it",
                                    judged_name(judged, range)),
                      SEVERITY_NOTICE);
}

static void check_deferrable(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Node *definition = node_field(judged->command, "def");
    if (!judged->command) {
        NODE_EACH(element, node_field(judged->node, "tableElts"))
        check_deferrable_key(judged, element, range);
    } else if (!node_text_is(judged->command, "subtype", "AT_AlterConstraint")) {
        check_deferrable_key(judged, definition, range);
    } else if (node_flag(definition, "alterDeferrability") && !verdict_is_unseen(judged, range)) {
        judged_report(judged, NULL, judged_name(judged, range),
                      "constraint %s of %s changes when it is checked: takes ACCESS EXCLUSIVE, and "
                      "transactions that rely on the old moment fail or pass otherwise",
                      node_text(definition, "conname"), judged_name(judged, range));
    }
}

static const RuleExample DEFERRABLE_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (user_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);\n"
              "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users;",
     .sql = "ALTER TABLE notes ALTER CONSTRAINT notes_user_id_fkey\n"
            "    DEFERRABLE INITIALLY DEFERRED;"},
    {.sql = "CREATE TABLE ranks (place int, UNIQUE (place) DEFERRABLE);"},
    {0},
};
static const RuleExample DEFERRABLE_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (user_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);",
     .sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users DEFERRABLE NOT VALID;",
     .note = "decided when it is made; a foreign key may be deferrable"},
    {0},
};

const Rule RULES_CONSTRAINT_CHANGE[] = {
    {
        .id = "drop-and-readd-constraint",
        .severity = SEVERITY_WARNING,
        .risk = RISK_INTEGRITY,
        .summary = "a constraint is dropped and added again",
        .why = "In two transactions there is a time when nothing checks the rows, and what gets in "
               "then makes the ADD fail. In one transaction there is no gap, but unless the new "
               "one is NOT VALID all rows are read while the lock is held.",
        .instead = "add the new one NOT VALID under another name, validate it, drop the old one, "
                   "rename",
        .instead_sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check_new CHECK (total >= "
                       "0) NOT VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check_new;\n"
                       "ALTER TABLE orders DROP CONSTRAINT orders_total_check;\n"
                       "ALTER TABLE orders RENAME CONSTRAINT orders_total_check_new TO "
                       "orders_total_check;",
        .on = "AT_DropConstraint AT_AddConstraint",
        .check = check_readd,
        .bad = READD_BAD,
        .good = READD_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "drop-constraint",
        .severity = SEVERITY_WARNING,
        .risk = RISK_INTEGRITY,
        .summary = "a guarantee about the rows is given up",
        .why = "From the commit on, rows that the constraint refused are taken, and adding it "
               "again later means to find and repair them. The statement takes ACCESS EXCLUSIVE; "
               "for a foreign key on the referenced table as well, so that queries on both queue.",
        .instead = "add what replaces it first; drop it with a short lock_timeout, after the code "
                   "that relied on it is gone",
        .instead_sql = "SET LOCAL lock_timeout = '2s';\n"
                       "ALTER TABLE notes DROP CONSTRAINT notes_user_id_fkey;",
        .aliases = "squawk:ban-drop-constraint atlas:CD101",
        .on = "AT_DropConstraint AT_AddConstraint",
        .check = check_drop,
        .bad = DROP_BAD,
        .good = DROP_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "constraint-name-collision",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_FAILURE,
        .summary = "a constraint without a name, or with one that is taken",
        .why = "A name that the table's constraints have already makes the statement fail; that is "
               "an error. Without a name PostgreSQL makes one up from table and columns, with a "
               "number behind it where that is taken, so two databases may end up with different "
               "names and a later DROP CONSTRAINT fails on one of them.",
        .instead = "name every constraint, with a name of its own",
        .instead_sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) "
                       "NOT VALID;",
        .on = "AT_AddConstraint",
        .check = check_name,
        .bad = NAME_BAD,
        .good = NAME_GOOD,
        .claim = {.sqlstate = "42710"},
    },
    {
        .id = "deferrable-change",
        .severity = SEVERITY_WARNING,
        .risk = RISK_COMPATIBILITY,
        .summary = "when a constraint is checked changes, or a key is deferrable",
        .why = "ALTER CONSTRAINT takes ACCESS EXCLUSIVE, and moves the check between the statement "
               "and the commit: code that handles the error meets it elsewhere. A unique "
               "constraint that is deferrable cannot be the target of ON CONFLICT, no foreign key "
               "can reference it, and it is checked row by row.",
        .instead = "decide when the constraint is made",
        .instead_sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
                       "    FOREIGN KEY (user_id) REFERENCES users DEFERRABLE NOT VALID;",
        .on = "AT_AlterConstraint AT_AddConstraint CreateStmt",
        .check = check_deferrable,
        .bad = DEFERRABLE_BAD,
        .good = DEFERRABLE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
