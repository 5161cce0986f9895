// Columns that views read: in the way of a change, or blind to a new one.
#include "check/rules/column_subject.h"
#include "check/rules/families.h"

#include <string.h>

#define ORDERS                                                                                     \
    "CREATE TABLE orders (id int PRIMARY KEY, code varchar(50), price numeric(10, 4), total "      \
    "int, placed timestamp, note text); "                                                          \
    "INSERT INTO orders SELECT g, g, 1, g, now(), 'b' FROM generate_series(1, 50) g;"

// The views that are in the way, each one finding.
static void report_readers(const ColumnSubject *subject, const char *what)
{
    if (!subject->column || !subject->relation->referrers.len)
        return;
    ColumnReaders readers = {0};
    column_readers(subject, subject->column, &readers);
    VEC_EACH (const ColumnReader, reader, &readers) {
        Finding *finding = subject_report(
            subject, subject->definition, "%s %s.%s fails: %s %s.%s %s it", what, subject->table,
            subject->name, reader->view->kind == RELATION_VIEW ? "view" : "materialized view",
            reader->view->schema, reader->view->name, reader->is_uncertain ? "may need" : "needs");
        if (reader->is_uncertain)
            verdict_grade_at_most(finding, SEVERITY_WARNING);
        finding->instead =
            judged_printf(subject->judged,
                          "DROP %s %s;\n" STR_FMT ";\n-- and make the view again, with its grants",
                          reader->view->kind == RELATION_VIEW ? "VIEW" : "MATERIALIZED VIEW",
                          sql_relation(subject->judged->scratch, reader->view),
                          STR_ARG(subject->judged->parsed->statement.text));
    }
}

static void check_dependent_view(const Judged *judged)
{
    ColumnSubject subject;
    if (column_subject(judged, &subject))
        report_readers(&subject, "changing the type of");
}

static void check_drop_dependent(const Judged *judged)
{
    ColumnSubject subject;
    if (!node_text_is(judged->command, "behavior", "DROP_CASCADE") &&
        column_subject(judged, &subject))
        report_readers(&subject, "dropping");
}

static void check_view_star(const Judged *judged)
{
    const Relation *relation = judged_relation(judged, node_field(judged->node, "relation"));
    ColumnSubject subject;
    if (!relation || !relation->referrers.len || !column_subject(judged, &subject))
        return;
    ColumnReaders readers = {0};
    column_readers(&subject, NULL, &readers);
    VEC_EACH (const ColumnReader, reader, &readers)
        if (reader->is_star) {
            const char *view =
                arena_printf(judged->scratch, "%s.%s", reader->view->schema, reader->view->name);
            subject_report(&subject, NULL,
                           "view %s was made with *, of the columns that %s had then: it does not "
                           "show %s",
                           view, subject.table, subject.name);
        }
}

static const RuleExample VIEW_BAD[] = {
    {.setup = ORDERS " CREATE VIEW codes AS SELECT id, code FROM orders;",
     .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {.setup = ORDERS " CREATE VIEW everything AS SELECT * FROM orders;",
     .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {0},
};
static const RuleExample VIEW_GOOD[] = {
    {.setup = ORDERS " CREATE VIEW notes AS SELECT id, note FROM orders;",
     .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {.setup = ORDERS " CREATE VIEW codes AS SELECT id, code FROM orders; DROP VIEW codes;",
     .sql = "ALTER TABLE orders ALTER COLUMN code TYPE text;"},
    {0},
};

static const RuleExample DROP_VIEW_BAD[] = {
    {.setup = ORDERS " CREATE VIEW codes AS SELECT id, code FROM orders;",
     .sql = "ALTER TABLE orders DROP COLUMN code;"},
    {0},
};
static const RuleExample DROP_VIEW_GOOD[] = {
    {.setup = ORDERS " CREATE VIEW notes AS SELECT id, note FROM orders;",
     .sql = "ALTER TABLE orders DROP COLUMN code;",
     .allows = "drop-column"},
    {0},
};

static const RuleExample STAR_BAD[] = {
    {.setup = ORDERS " CREATE VIEW codes AS SELECT * FROM orders;",
     .sql = "ALTER TABLE orders ADD COLUMN phone text;"},
    {0},
};
static const RuleExample STAR_GOOD[] = {
    {.setup = ORDERS " CREATE VIEW codes AS SELECT id, code FROM orders;",
     .sql = "ALTER TABLE orders ADD COLUMN phone text;"},
    {0},
};

const Rule RULES_COLUMN_VIEW[] = {
    {
        .id = "alter-type-dependent-view",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "the type of a column that a view reads cannot change",
        .why = "A view keeps the types of the columns that it reads, so PostgreSQL refuses to "
               "change one (0A000), also where the change would be free.",
        .instead = "drop the views, change the type, and make them again, in one transaction",
        .instead_sql = "DROP VIEW codes;\n"
                       "ALTER TABLE orders ALTER COLUMN code TYPE text;\n"
                       "CREATE VIEW codes AS SELECT id, code FROM orders;",
        .on = "AT_AlterColumnType",
        .check = check_dependent_view,
        .bad = VIEW_BAD,
        .good = VIEW_GOOD,
        .claim = {.relation = "public.orders", .sqlstate = "0A000"},
    },
    {
        .id = "drop-column-dependent-view",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "a column that a view reads cannot be dropped",
        .why = "Without CASCADE PostgreSQL refuses to drop what another object needs (2BP01). With "
               "it the view is gone.",
        .instead = "drop the views, drop the column, and make them again without it, in one "
                   "transaction",
        .instead_sql = "DROP VIEW codes;\n"
                       "ALTER TABLE orders DROP COLUMN code;\n"
                       "CREATE VIEW codes AS SELECT id FROM orders;",
        .on = "AT_DropColumn",
        .check = check_drop_dependent,
        .bad = DROP_VIEW_BAD,
        .good = DROP_VIEW_GOOD,
        .claim = {.relation = "public.orders", .sqlstate = "2BP01"},
    },
    {
        .id = "add-column-view-star",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .summary = "a view made with * does not show the new column",
        .why = "The star became a list of columns when the view was made. The new column is not in "
               "it, and making the view again from the same text may fail, because its columns "
               "would change their order.",
        .instead = "make the view again in the same change, with its columns named",
        .instead_sql = "ALTER TABLE orders ADD COLUMN phone text;\n"
                       "DROP VIEW codes;\n"
                       "CREATE VIEW codes AS SELECT id, code, phone FROM orders;",
        .on = "AT_AddColumn",
        .check = check_view_star,
        .bad = STAR_BAD,
        .good = STAR_GOOD,
    },
    {0},
};
