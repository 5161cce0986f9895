// CHECK constraints on tables that are in use, and constraints that are not enforced.
#include "check/rules/families.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

static bool has_rows_to_check(const Judged *judged, const Node *range)
{
    const Relation *relation = judged_relation(judged, range);
    return !(relation && relation->kind == RELATION_FOREIGN_TABLE) &&
           !verdict_nobody_waits(judged, relation);
}

// add-check-validated

static void check_add_check(const Judged *judged)
{
    const Node *constraint = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    if (!node_text_is(constraint, "contype", "CONSTR_CHECK") ||
        node_flag(constraint, "skip_validation") || !has_rows_to_check(judged, range))
        return;
    const char *name = proposal_check_name(judged, range, constraint);
    Finding *finding = judged_report(
        judged, constraint, judged_name(judged, range),
        "check %s reads every row of %s under ACCESS EXCLUSIVE: nobody reads or writes it "
        "meanwhile",
        name, judged_name(judged, range));
    const Relation *relation = judged_relation(judged, range);
    finding->instead = proposal_not_valid(judged, range, constraint, name,
                                          relation && relation_constraint(relation, name));
}

static const RuleExample ADD_CHECK_BAD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n"
              "INSERT INTO orders VALUES (1, 10);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);"},
    {.sql = "ALTER TABLE shop.orders ADD CHECK (total >= 0);",
     .note = "the table is not known, so it is in use"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "DO $$ BEGIN\n"
            "    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);\n"
            "END $$;"},
    {0},
};
static const RuleExample ADD_CHECK_GOOD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;"},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);",
     .note = "the table is made in the same transaction"},
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT ENFORCED;",
     .note = "not enforced: no row is read",
     .pg_from = 18},
    {0},
};

// constraint-not-enforced

static void report_not_enforced(const Judged *judged, const Node *constraint, const Node *range,
                                const char *what)
{
    judged_report(judged, constraint, judged_name(judged, range),
                  "%s of %s is NOT ENFORCED: no row is checked, now or later", what,
                  judged_name(judged, range));
}

static void check_column_not_enforced(const Judged *judged, const Node *column, const Node *range)
{
    NODE_EACH(constraint, node_field(column, "constraints"))
    {
        const char *type = node_text(constraint, "contype");
        bool is_said = !strcmp(type, "CONSTR_ATTR_NOT_ENFORCED") ||
                       ((!strcmp(type, "CONSTR_CHECK") || !strcmp(type, "CONSTR_FOREIGN")) &&
                        !node_flag(constraint, "is_enforced"));
        if (is_said) {
            report_not_enforced(judged, constraint, range,
                                arena_printf(judged->scratch, "the constraint on column %s",
                                             node_text(column, "colname")));
            return;
        }
    }
}

static void check_element_not_enforced(const Judged *judged, const Node *element, const Node *range)
{
    if (node_is(element, "ColumnDef")) {
        check_column_not_enforced(judged, element, range);
        return;
    }
    bool is_check = node_text_is(element, "contype", "CONSTR_CHECK");
    if ((!is_check && !node_text_is(element, "contype", "CONSTR_FOREIGN")) ||
        node_flag(element, "is_enforced"))
        return;
    const char *name = node_text(element, "conname");
    report_not_enforced(judged, element, range,
                        arena_printf(judged->scratch, "%s%s%s", is_check ? "check" : "foreign key",
                                     *name ? " " : "", name));
}

static void check_not_enforced(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    if (judged->command) {
        check_element_not_enforced(judged, node_field(judged->command, "def"), range);
        return;
    }
    NODE_EACH(element, node_field(judged->node, "tableElts"))
    check_element_not_enforced(judged, element, range);
}

static const RuleExample NOT_ENFORCED_BAD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders\n"
            "    ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT ENFORCED;",
     .pg_from = 18},
    {.sql = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric CHECK (total >= 0) NOT "
            "ENFORCED);",
     .pg_from = 18},
    {0},
};
static const RuleExample NOT_ENFORCED_GOOD[] = {
    {.setup = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);",
     .sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;",
     .note = "new rows are checked",
     .pg_from = 18},
    {0},
};

const Rule RULES_CONSTRAINT_CHECK[] = {
    {
        .id = "add-check-validated",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a check is verified while nobody can use the table",
        .why = "ADD CONSTRAINT ... CHECK reads all rows before it returns, and holds ACCESS "
               "EXCLUSIVE on the table until its transaction ends. On a large table every query "
               "waits for as long as that takes. With NOT VALID only new and changed rows are "
               "checked, which takes the lock for an instant; VALIDATE CONSTRAINT then reads the "
               "rows under SHARE UPDATE EXCLUSIVE, which blocks neither reads nor writes.",
        .instead = "add it NOT VALID, and validate it in a later transaction",
        .instead_sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) "
                       "NOT VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;",
        .aliases = "squawk:constraint-missing-not-valid eugene:E1 "
                   "strong_migrations:add_check_constraint atlas:PG305",
        .on = "AT_AddConstraint",
        .check = check_add_check,
        .bad = ADD_CHECK_BAD,
        .good = ADD_CHECK_GOOD,
        .claim = {.relation = "public.orders", .mode = LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "constraint-not-enforced",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_INTEGRITY,
        .pg_from = 18,
        .summary = "a constraint that is not enforced protects nothing",
        .why = "A constraint that is NOT ENFORCED costs no scan and no long lock, because the "
               "server never looks at a row for it. It tells people what is meant; rows that break "
               "it are stored all the same, and the planner does not rely on it.",
        .instead = "where rows must obey it, add it NOT VALID and validate it later",
        .instead_sql = "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) "
                       "NOT VALID;",
        .on = "AT_AddConstraint AT_AddColumn CreateStmt",
        .check = check_not_enforced,
        .bad = NOT_ENFORCED_BAD,
        .good = NOT_ENFORCED_GOOD,
    },
    {0},
};
