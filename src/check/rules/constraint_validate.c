// NOT VALID and what must follow it: VALIDATE CONSTRAINT, when, where and behind what.
#include "check/rules/families.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

static const Constraint *validated(const Judged *judged, const Relation *relation)
{
    return relation ? relation_constraint(relation, node_text(judged->command, "name")) : NULL;
}

// validate-in-same-transaction

// ADD CONSTRAINT ... NOT VALID in the same ALTER TABLE.
static bool is_added_beside(const Judged *judged)
{
    const char *name = node_text(judged->command, "name");
    NODE_EACH(command, node_field(judged->node, "cmds"))
    {
        if (node_text_is(command, "subtype", "AT_AddConstraint") &&
            node_text_is(command, "def.conname", name) && node_flag(command, "def.skip_validation"))
            return true;
    }
    return false;
}

static bool is_added_in_transaction(const Judged *judged, const Constraint *constraint)
{
    return is_added_beside(judged) || (constraint && !constraint->is_valid &&
                                       constraint->made.transaction == judged->transaction->number);
}

static void check_same_transaction(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const Constraint *constraint = validated(judged, relation);
    if (verdict_nobody_waits(judged, relation) || !is_added_in_transaction(judged, constraint))
        return;
    bool is_foreign = constraint && constraint->kind == CONSTRAINT_FOREIGN;
    Finding *finding = judged_report(
        judged, NULL, judged_name(judged, range),
        "constraint %s of %s is validated in the transaction that added it: the %s lock of the "
        "ADD is held while all rows are read",
        node_text(judged->command, "name"), judged_name(judged, range),
        is_foreign ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE");
    finding->instead =
        judged_printf(judged,
                      "-- in a file or transaction of its own, behind this one:\n"
                      "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                      proposal_table(judged, range),
                      quote_name(judged->scratch, node_text(judged->command, "name")));
}

static const RuleExample SAME_TRANSACTION_BAD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n"
              "INSERT INTO orders VALUES (1, 10);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID,\n"
            "    VALIDATE CONSTRAINT orders_total_check;"},
    {0},
};
static const RuleExample SAME_TRANSACTION_GOOD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "BEGIN;\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n"
            "COMMIT;\n"
            "BEGIN;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n"
            "COMMIT;",
     .note = "two transactions"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;",
     .sql = "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;"},
    {0},
};

// validate-never

static void report_never(const JudgedChain *chain, const Constraint *constraint, const char *what,
                         const char *schema, const char *name)
{
    if (constraint->is_valid || !constraint->is_enforced || !constraint->made.transaction ||
        constraint->is_inherited)
        return;
    const char *full = arena_printf(chain->scratch, "%s.%s", schema, name);
    Finding *finding = judged_report_made(
        chain, &constraint->made, full,
        "constraint %s of %s is NOT VALID, and nothing up to the last file validates it",
        constraint->name, full);
    finding->instead =
        judged_keep(chain->lint, arena_printf(chain->scratch, "ALTER %s %s VALIDATE CONSTRAINT %s;",
                                              what, quote_qualified(chain->scratch, schema, name),
                                              quote_name(chain->scratch, constraint->name)));
}

static void end_never(const JudgedChain *chain)
{
    VEC_EACH (Relation *, relation, &chain->model->relations)
        VEC_EACH (const Constraint, constraint, &(*relation)->constraints)
            report_never(chain, constraint, "TABLE", (*relation)->schema, (*relation)->name);
    VEC_EACH (Type *, type, &chain->model->types)
        VEC_EACH (const Constraint, constraint, &(*type)->constraints)
            report_never(chain, constraint, "DOMAIN", (*type)->schema, (*type)->name);
}

static const RuleExample NEVER_BAD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;"},
    {0},
};
static const RuleExample NEVER_GOOD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "BEGIN;\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n"
            "COMMIT;\n"
            "BEGIN;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n"
            "COMMIT;"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT ENFORCED;",
     .note = "there is nothing to validate",
     .pg_from = 18},
    {0},
};

// validate-before-backfill: columns that were added without a value and not filled since. Tables
// are told apart by their bare names: it clears too much rather than too little.

typedef struct EmptyColumn {
    const char *table;
    const char *column;
} EmptyColumn;

enum {
    VALIDATED_REMEMBERED = 64, // of one file
};

// A check that was validated in this file: who mends its rows only later, comes too late.
typedef struct ValidatedCheck {
    const char *table;
    const char *name;
    Words not_null; // of the model
    Position position;
    int file;
} ValidatedCheck;

typedef struct EmptyColumns {
    VEC(EmptyColumn) items;
    VEC(ValidatedCheck) validated;
} EmptyColumns;

static EmptyColumns *empty_columns(const Judged *judged)
{
    return judged_memory(judged->lint, &RULES_CONSTRAINT_VALIDATE[0], sizeof(EmptyColumns));
}

static bool has_value(const Node *column)
{
    NODE_EACH(constraint, node_field(column, "constraints"))
    {
        static const char *const FILLING[] = {"CONSTR_DEFAULT", "CONSTR_GENERATED",
                                              "CONSTR_IDENTITY"};
        for (size_t i = 0; i < sizeof FILLING / sizeof *FILLING; i++)
            if (node_text_is(constraint, "contype", FILLING[i]))
                return true;
    }
    return strstr(node_last_text(node_field(column, "typeName.names")), "serial") != NULL;
}

static void remember_empty(const Judged *judged, EmptyColumns *empty)
{
    const Node *column = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    if (has_value(column) || verdict_is_unseen(judged, range))
        return;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &empty->items) = (EmptyColumn){
        arena_strdup(arena, node_text(range, "relname")),
        arena_strdup(arena, node_text(column, "colname")),
    };
}

static void forget_empty(EmptyColumns *empty, const char *table)
{
    size_t kept = 0;
    for (size_t i = 0; i < empty->items.len; i++)
        if (strcmp(empty->items.items[i].table, table) != 0)
            empty->items.items[kept++] = empty->items.items[i];
    empty->items.len = kept;
}

// It may have filled any table: CALL, a body that cannot be read, SELECT backfill().
static bool may_fill_anything(const Judged *judged)
{
    if (node_is(judged->node, "DoStmt"))
        return judged->body && judged->body->opaque_count;
    if (!node_is(judged->node, "SelectStmt"))
        return node_is(judged->node, "CallStmt");
    NODE_EACH(target, node_field(judged->node, "targetList"))
    {
        const Node *value = node_field(target, "val");
        if (node_is(value, "FuncCall") &&
            strcmp(node_last_text(node_field(value, "funcname")), "set_config") != 0)
            return true;
    }
    return false;
}

static void remember_validated(const Judged *judged, EmptyColumns *empty)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const Constraint *constraint = validated(judged, relation);
    if (empty->validated.len && empty->validated.items[0].file != judged->file->number)
        empty->validated.len = 0;
    if (!constraint || !constraint->not_null.len || verdict_nobody_waits(judged, relation) ||
        empty->validated.len >= VALIDATED_REMEMBERED)
        return;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &empty->validated) = (ValidatedCheck){
        .table = arena_strdup(arena, node_text(range, "relname")),
        .name = constraint->name,
        .not_null = constraint->not_null,
        .position = judged->parsed->statement.position,
        .file = judged->file->number,
    };
}

// UPDATE ... SET column = ... WHERE column IS NULL
static bool fills(const Node *update, const char *column)
{
    bool is_set = false;
    NODE_EACH(target, node_field(update, "targetList"))
    is_set |= node_text_is(target, "name", column);
    NODE_WALK(node, node_field(update, "whereClause"))
    {
        if (is_set && node_is(node, "NullTest") && node_text_is(node, "nulltesttype", "IS_NULL") &&
            !strcmp(node_last_text(node_field(node, "arg.fields")), column))
            return true;
    }
    return false;
}

static void report_late_backfill(const Judged *judged, const EmptyColumns *empty)
{
    const Node *range = node_field(judged->node, "relation");
    VEC_EACH (const ValidatedCheck, check, &empty->validated) {
        if (check->file != judged->file->number || !node_text_is(range, "relname", check->table))
            continue;
        VEC_EACH (const char *, column, &check->not_null) {
            if (!fills(judged->node, *column))
                continue;
            judged_report(judged, NULL, judged_name(judged, range),
                          "column %s of %s is filled only here, behind the validation of %s (line "
                          "%d), which fails on the rows without a value",
                          *column, judged_name(judged, range), check->name,
                          (int)check->position.line);
            return;
        }
    }
}

static void report_before_backfill(const Judged *judged, const EmptyColumns *empty)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const Constraint *constraint = validated(judged, relation);
    if (!constraint || constraint->kind == CONSTRAINT_FOREIGN)
        return;
    VEC_EACH (const EmptyColumn, column, &empty->items) {
        if (strcmp(column->table, node_text(range, "relname")) != 0 ||
            !words_have(&constraint->not_null, column->column))
            continue;
        Finding *finding = judged_report(
            judged, NULL, judged_name(judged, range),
            "constraint %s wants column %s of %s to have values, but nothing has filled it since "
            "it was added: validation fails on the rows that were there",
            constraint->name, column->column, judged_name(judged, range));
        finding->instead = judged_printf(
            judged,
            "-- until no row is left, in batches:\n"
            "UPDATE %s SET %s = ... WHERE %s IS NULL;\n"
            "-- then, in a transaction of its own:\n"
            "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
            proposal_table(judged, range), quote_name(judged->scratch, column->column),
            quote_name(judged->scratch, column->column), proposal_table(judged, range),
            quote_name(judged->scratch, constraint->name));
        return;
    }
}

static void check_before_backfill(const Judged *judged)
{
    EmptyColumns *empty = empty_columns(judged);
    if (judged->command && node_text_is(judged->command, "subtype", "AT_AddColumn")) {
        remember_empty(judged, empty);
        return;
    }
    if (judged->command) {
        report_before_backfill(judged, empty);
        remember_validated(judged, empty);
        return;
    }
    if (empty->validated.len && node_is(judged->node, "UpdateStmt"))
        report_late_backfill(judged, empty);
    if (!empty->items.len)
        return;
    if (node_is(judged->node, "UpdateStmt") || node_is(judged->node, "MergeStmt") ||
        node_has(judged->node, "onConflictClause"))
        forget_empty(empty, node_text(judged->node, "relation.relname"));
    else if (may_fill_anything(judged))
        empty->items.len = 0;
}

static const RuleExample BEFORE_BACKFILL_BAD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"
              "INSERT INTO orders VALUES (1);",
     .sql = "BEGIN;\n"
            "ALTER TABLE orders ADD COLUMN total numeric;\n"
            "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_set CHECK (total IS NOT NULL) NOT VALID;\n"
            "COMMIT;\n"
            "BEGIN;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_set;\n"
            "COMMIT;"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n"
              "INSERT INTO orders VALUES (1, NULL);\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_note_set CHECK (note IS NOT NULL) NOT "
              "VALID;",
     .sql = "ALTER TABLE orders VALIDATE CONSTRAINT orders_note_set;\n"
            "UPDATE orders SET note = '' WHERE note IS NULL;",
     .note = "the rows are mended only afterwards"},
    {0},
};
static const RuleExample BEFORE_BACKFILL_GOOD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY);",
     .sql = "BEGIN;\n"
            "ALTER TABLE orders ADD COLUMN total numeric;\n"
            "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_set CHECK (total IS NOT NULL) NOT VALID;\n"
            "COMMIT;\n"
            "UPDATE orders SET total = 0 WHERE id BETWEEN 1 AND 5000 AND total IS NULL;\n"
            "BEGIN;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_set;\n"
            "COMMIT;",
     .allows = "update-without-batch"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY);",
     .sql = "BEGIN;\n"
            "ALTER TABLE orders ADD COLUMN total numeric DEFAULT 0;\n"
            "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_set CHECK (total IS NOT NULL) NOT VALID;\n"
            "COMMIT;\n"
            "BEGIN;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_set;\n"
            "COMMIT;",
     .note = "the default fills it"},
    {0},
};

// validate-fk-cost

static const HeldLock *held_lock(const Judged *judged)
{
    VEC_EACH (const HeldLock, held, &judged->transaction->held)
        if (!held->is_new && held->mode >= LOCK_SHARE_UPDATE_EXCLUSIVE)
            return held;
    return NULL;
}

static void check_validate_foreign(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const Constraint *constraint = validated(judged, relation);
    const HeldLock *held = held_lock(judged);
    if (!held || !constraint || constraint->kind != CONSTRAINT_FOREIGN ||
        verdict_nobody_waits(judged, relation) || is_added_in_transaction(judged, constraint))
        return;
    judged_report(judged, NULL, judged_name(judged, range),
                  "foreign key %s of %s is validated while the transaction still holds %s on %s "
                  "(line %d): that lock lasts as long as all rows are read",
                  constraint->name, judged_name(judged, range), lock_mode_name(held->mode),
                  held->relation, (int)held->position.line);
}

static const RuleExample VALIDATE_FOREIGN_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE orders (user_id bigint);\n"
              "CREATE TABLE notes (user_id bigint);\n"
              "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
              "ALTER TABLE notes ADD CONSTRAINT notes_user_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
              "INSERT INTO users VALUES (1);\n"
              "INSERT INTO orders VALUES (1);\n"
              "INSERT INTO notes VALUES (1);",
     .sql = "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey;\n"
            "ALTER TABLE notes VALIDATE CONSTRAINT notes_user_fkey;"},
    {0},
};
static const RuleExample VALIDATE_FOREIGN_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE orders (user_id bigint);\n"
              "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .sql = "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey;",
     .note = "alone in its transaction"},
    {0},
};

// enforce-constraint-scan

static void check_enforce(const Judged *judged)
{
    const Node *change = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (!node_flag(change, "alterEnforceability") || !node_flag(change, "is_enforced") ||
        verdict_nobody_waits(judged, relation))
        return;
    const char *name = node_text(change, "conname");
    const Constraint *constraint = relation ? relation_constraint(relation, name) : NULL;
    if (constraint && constraint->is_enforced)
        return;
    judged_report(
        judged, NULL, judged_name(judged, range),
        "enforcing constraint %s reads every row of %s under ACCESS EXCLUSIVE: nobody reads or "
        "writes it meanwhile",
        name, judged_name(judged, range));
}

static const RuleExample ENFORCE_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE orders (user_id bigint);\n"
              "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users NOT ENFORCED;\n"
              "INSERT INTO users VALUES (1);\n"
              "INSERT INTO orders VALUES (1);",
     .sql = "ALTER TABLE orders ALTER CONSTRAINT orders_user_fkey ENFORCED;",
     .pg_from = 18},
    {0},
};
static const RuleExample ENFORCE_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE orders (user_id bigint);\n"
              "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
              "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey\n"
              "    FOREIGN KEY (user_id) REFERENCES users NOT ENFORCED;",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey2\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .pg_from = 18},
    {0},
};

const Rule RULES_CONSTRAINT_VALIDATE[] = {
    {
        .id = "validate-before-backfill",
        .severity = SEVERITY_WARNING,
        .risk = RISK_FAILURE,
        .summary = "a constraint is validated before the column it is about was filled",
        .why = "The rows that were there when the column was added have no value in it. Nothing in "
               "the files between fills them, so VALIDATE CONSTRAINT finds the first of them and "
               "fails: on production, and not on an empty test database.",
        .instead = "fill the column in batches first, then validate",
        .instead_sql = "UPDATE orders SET total = 0 WHERE id BETWEEN 1 AND 10000 AND total IS "
                       "NULL;\n"
                       "-- ... until no row is left, then:\n"
                       "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_set;",
        .on = "AT_AddColumn AT_ValidateConstraint UpdateStmt MergeStmt InsertStmt DoStmt CallStmt "
              "SelectStmt",
        .check = check_before_backfill,
        .bad = BEFORE_BACKFILL_BAD,
        .good = BEFORE_BACKFILL_GOOD,
        .claim = {.sqlstate = "23514"},
    },
    {
        .id = "validate-in-same-transaction",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a constraint is validated in the transaction that added it",
        .why =
            "Locks last until the transaction ends. ADD CONSTRAINT takes ACCESS EXCLUSIVE (SHARE "
            "ROW EXCLUSIVE on both tables for a foreign key) and VALIDATE CONSTRAINT reads all "
            "rows, so in one transaction the strong lock is held during the scan. That is what "
            "NOT VALID was meant to avoid.",
        .instead = "commit in between: put VALIDATE CONSTRAINT into a file of its own",
        .instead_sql = "BEGIN;\n"
                       "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) "
                       "NOT VALID;\n"
                       "COMMIT;\n"
                       "BEGIN;\n"
                       "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n"
                       "COMMIT;",
        .aliases = "squawk:constraint-missing-not-valid eugene:E4 "
                   "strong_migrations:validate_check_constraint "
                   "strong_migrations:validate_foreign_key",
        .on = "AT_ValidateConstraint",
        .check = check_same_transaction,
        .bad = SAME_TRANSACTION_BAD,
        .good = SAME_TRANSACTION_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "validate-never",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_INTEGRITY,
        .summary = "a NOT VALID constraint is never validated",
        .why = "Rows from before the constraint may still break it. The planner does not use it, "
               "SET NOT NULL does not take it as proof, and an UPDATE of an old row that breaks it "
               "fails at some later time. A dump of such rows cannot be restored with the "
               "constraint validated.",
        .instead = "validate it in a later file",
        .instead_sql = "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;",
        .chain_end = end_never,
        .bad = NEVER_BAD,
        .good = NEVER_GOOD,
    },
    {
        .id = "validate-fk-cost",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_SCAN,
        .summary = "a foreign key is validated while the transaction holds other locks",
        .why = "Validating a foreign key reads the table and looks each value up, under SHARE "
               "UPDATE EXCLUSIVE, with ROW SHARE on the referenced table. Reads and writes go on, "
               "but autovacuum and other DDL on the table wait. Locks that the same transaction "
               "took before last as long.",
        .instead = "validate each foreign key alone in its transaction, off-peak",
        .instead_sql = "-- a file of its own:\n"
                       "ALTER TABLE notes VALIDATE CONSTRAINT notes_user_fkey;",
        .on = "AT_ValidateConstraint",
        .check = check_validate_foreign,
        .bad = VALIDATE_FOREIGN_BAD,
        .good = VALIDATE_FOREIGN_GOOD,
        .claim = {.relation = "public.notes",
                  .mode = LOCK_SHARE_UPDATE_EXCLUSIVE,
                  .is_scanned = true},
    },
    {
        .id = "enforce-constraint-scan",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .pg_from = 18,
        .summary = "a constraint becomes enforced, and every row is verified at once",
        .why =
            "ALTER CONSTRAINT ... ENFORCED makes the triggers of the foreign key and then checks "
            "all rows in the same statement, holding ACCESS EXCLUSIVE on the table and SHARE ROW "
            "EXCLUSIVE on the referenced one. There is no form that leaves the check for later.",
        .instead = "add a second foreign key NOT VALID, validate it, then drop the first",
        .instead_sql = "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey2\n"
                       "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey2;\n"
                       "ALTER TABLE orders DROP CONSTRAINT orders_user_fkey;",
        .on = "AT_AlterConstraint",
        .check = check_enforce,
        .bad = ENFORCE_BAD,
        .good = ENFORCE_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {0},
};
