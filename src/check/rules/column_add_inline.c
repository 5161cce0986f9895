// Constraints that come with a column: they are tried at once, under the lock of ADD COLUMN.
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "sql/quote.h"

#include <string.h>

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, email text); "                                     \
    "INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"
#define TEAMS "CREATE TABLE teams (id bigint PRIMARY KEY); INSERT INTO teams VALUES (1);"

static const char *constraint_name(const ColumnSubject *subject, const Node *constraint,
                                   const char *suffix)
{
    const char *name = node_text(constraint, "conname");
    return *name ? quote_name(subject->judged->scratch, name) : sql_made_name(subject, suffix);
}

// "CHECK (a > 0)" without the CONSTRAINT name before it.
static const char *text_behind_name(const ColumnSubject *subject, const Node *constraint,
                                    const char *word)
{
    const char *text = column_constraint_text(subject, constraint);
    if (!*node_text(constraint, "conname"))
        return text;
    ptrdiff_t at = -1;
    for (size_t from = 0; text[from] && at < 0; from++)
        if (text[from] == ' ' && str_starts_nocase(str_from(text + from + 1), str_from(word)))
            at = (ptrdiff_t)from + 1;
    return at < 0 ? text : text + at;
}

static void check_inline_check(const Judged *judged)
{
    const Node *definition = node_field(judged->command, "def");
    const Node *check = column_constraint(definition, "CONSTR_CHECK");
    ColumnSubject subject;
    if (!check || !column_constraint_is_enforced(check) || !column_subject(judged, &subject))
        return;
    const char *name = constraint_name(&subject, check, "check");
    Finding *finding = subject_report(
        &subject, check,
        "adding %s.%s with a CHECK reads all of %s under ACCESS EXCLUSIVE to try it on each row",
        subject.table, subject.name, subject.table);
    finding->instead = judged_printf(
        judged,
        "ALTER TABLE %s ADD COLUMN %s;\n"
        "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID;\n"
        "-- in a later transaction:\n"
        "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
        subject.sql_table, column_text_without(&subject, "CONSTR_CHECK"), subject.sql_table, name,
        text_behind_name(&subject, check, "CHECK"), subject.sql_table, name);
}

// Made in this very transaction: nobody writes to it yet.
static bool is_hidden(const Judged *judged, const Node *range)
{
    const Relation *relation = judged_relation(judged, range);
    return relation && relation_is_new_in(relation, judged->transaction->number);
}

static void check_inline_foreign(const Judged *judged)
{
    const Node *definition = node_field(judged->command, "def");
    const Node *foreign = column_constraint(definition, "CONSTR_FOREIGN");
    ColumnSubject subject;
    if (!foreign || !column_constraint_is_enforced(foreign) || !column_subject(judged, &subject))
        return;
    const Node *parent = node_field(foreign, "pktable");
    bool is_scanned = column_default(definition) != NULL;
    if (!is_scanned && is_hidden(judged, parent))
        return;
    const char *name = constraint_name(&subject, foreign, "fkey");
    Finding *finding = subject_report(
        &subject, foreign,
        is_scanned ? "adding %s.%s with a foreign key and a default looks up each row of %s in %s "
                     "while %s is locked ACCESS EXCLUSIVE and %s SHARE ROW EXCLUSIVE"
                   : "adding %s.%s with a foreign key keeps %s locked ACCESS EXCLUSIVE while it "
                     "waits for the writers of %s, to lock it SHARE ROW EXCLUSIVE",
        subject.table, subject.name, subject.table, node_dotted(judged->scratch, parent),
        subject.table, node_dotted(judged->scratch, parent));
    if (!is_scanned)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
    const char *references = text_behind_name(&subject, foreign, "REFERENCES");
    finding->instead = judged_printf(
        judged,
        "ALTER TABLE %s ADD COLUMN %s;\n"
        "-- in a later transaction:\n"
        "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) %s NOT VALID;\n"
        "-- and in one more:\n"
        "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
        subject.sql_table, column_text_without(&subject, "CONSTR_FOREIGN"), subject.sql_table, name,
        subject.sql_name, references, subject.sql_table, name);
}

static void check_inline_unique(const Judged *judged)
{
    const Node *definition = node_field(judged->command, "def");
    const Node *unique = column_constraint(definition, "CONSTR_PRIMARY");
    bool is_primary = unique != NULL;
    if (!unique)
        unique = column_constraint(definition, "CONSTR_UNIQUE");
    ColumnSubject subject;
    if (!unique || !column_subject(judged, &subject))
        return;
    const char *kind = is_primary ? "PRIMARY KEY" : "UNIQUE";
    const char *name =
        is_primary && !*node_text(unique, "conname")
            ? quote_name(judged->scratch, arena_printf(judged->scratch, "%s_pkey",
                                                       node_text(subject.range, "relname")))
            : constraint_name(&subject, unique, "key");
    Finding *finding =
        subject_report(&subject, unique,
                       "adding %s.%s as %s builds an index over all of %s under ACCESS EXCLUSIVE",
                       subject.table, subject.name, kind, subject.table);
    // A partitioned table takes no index CONCURRENTLY: the rule's words have to do.
    if (subject.relation && subject.relation->kind == RELATION_PARTITIONED)
        return;
    finding->instead =
        judged_printf(judged,
                      "ALTER TABLE %s ADD COLUMN %s;\n"
                      "-- fill it%s, then outside of a transaction:\n"
                      "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);\n"
                      "%s%sALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s;",
                      subject.sql_table,
                      column_text_without(&subject, is_primary ? "CONSTR_PRIMARY CONSTR_NOTNULL"
                                                               : "CONSTR_UNIQUE"),
                      is_primary ? ", until no row is NULL" : "", name, subject.sql_table,
                      subject.sql_name, is_primary ? sql_not_null(&subject) : "",
                      is_primary ? "\n" : "", subject.sql_table, name, kind, name);
}

static const RuleExample CHECK_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN age int CHECK (age >= 0);"},
    {.setup = USERS,
     .sql =
         "ALTER TABLE users ADD COLUMN age int DEFAULT 1 CONSTRAINT age_is_sane CHECK (age > 0);"},
    {0},
};
static const RuleExample CHECK_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN age int;\n"
            "ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT VALID;"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN age int CHECK (age >= 0) NOT ENFORCED;",
     .note = "nothing is tried",
     .pg_from = 18},
    {.sql = "CREATE TABLE fresh (id bigint);\n"
            "ALTER TABLE fresh ADD COLUMN age int CHECK (age >= 0);"},
    {0},
};

static const RuleExample FOREIGN_BAD[] = {
    {.setup = TEAMS USERS,
     .sql = "ALTER TABLE users ADD COLUMN team_id bigint NOT NULL DEFAULT 1 REFERENCES teams;",
     .note = "with a default each row is looked up"},
    {.setup = TEAMS USERS,
     .sql = "ALTER TABLE users ADD COLUMN team_id bigint REFERENCES teams (id);"},
    {0},
};
static const RuleExample FOREIGN_GOOD[] = {
    {.setup = TEAMS USERS, .sql = "ALTER TABLE users ADD COLUMN team_id bigint;"},
    {.setup = USERS,
     .sql = "CREATE TABLE teams (id bigint PRIMARY KEY);\n"
            "ALTER TABLE users ADD COLUMN team_id bigint REFERENCES teams;",
     .note = "nobody uses the referenced table yet, and no row has a value",
     .allows = "fk-without-index"},
    {0},
};

static const RuleExample UNIQUE_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN nick text UNIQUE;"},
    {.setup = "CREATE TABLE logs (line text); INSERT INTO logs VALUES ('a');",
     .sql = "ALTER TABLE logs ADD COLUMN id bigserial PRIMARY KEY;"},
    {0},
};
static const RuleExample UNIQUE_GOOD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN nick text;"},
    {.sql = "CREATE TABLE fresh (id bigint);\nALTER TABLE fresh ADD COLUMN nick text UNIQUE;"},
    {0},
};

const Rule RULES_COLUMN_ADD_INLINE[] = {
    {
        .id = "add-column-inline-check",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "a CHECK inside of ADD COLUMN reads the whole table",
        .why = "The CHECK is tried on every row, though no row has a value yet: the whole table "
               "is read while ACCESS EXCLUSIVE keeps everybody away from it. A CHECK added as NOT "
               "VALID reads nothing, and validating it later lets readers and writers work.",
        .instead = "add the column alone, then the CHECK as NOT VALID, and validate it in a later "
                   "transaction",
        .instead_sql = "ALTER TABLE users ADD COLUMN age int;\n"
                       "ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT "
                       "VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE users VALIDATE CONSTRAINT users_age_check;",
        .aliases = "squawk:constraint-missing-not-valid eugene:E1 "
                   "strong_migrations:add_check_constraint atlas:PG305",
        .on = "AT_AddColumn",
        .check = check_inline_check,
        .bad = CHECK_BAD,
        .good = CHECK_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "add-column-inline-fk",
        .severity = SEVERITY_ERROR,
        .risk = RISK_BLOCKING,
        .summary = "a foreign key inside of ADD COLUMN locks two tables at once",
        .why = "ADD COLUMN holds ACCESS EXCLUSIVE on its table, and while nobody can read it the "
               "foreign key waits for SHARE ROW EXCLUSIVE on the referenced one, behind all its "
               "writers. Without a default that is all. With one, every row is looked up in the "
               "referenced table under both locks.",
        .instead = "add the column alone; add the foreign key as NOT VALID in a later transaction, "
                   "and validate it in one more",
        .instead_sql = "ALTER TABLE users ADD COLUMN team_id bigint;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE users ADD CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) "
                       "REFERENCES teams NOT VALID;\n"
                       "-- and in one more:\n"
                       "ALTER TABLE users VALIDATE CONSTRAINT users_team_id_fkey;",
        .aliases = "squawk:adding-foreign-key-constraint eugene:E1 "
                   "strong_migrations:add_reference atlas:PG306",
        .on = "AT_AddColumn",
        .check = check_inline_foreign,
        .bad = FOREIGN_BAD,
        .good = FOREIGN_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "add-column-inline-unique-pk",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "UNIQUE or PRIMARY KEY inside of ADD COLUMN builds an index under the lock",
        .why = "The index behind the constraint is built over the whole table at once, while "
               "ACCESS EXCLUSIVE keeps readers and writers away. CREATE UNIQUE INDEX CONCURRENTLY "
               "builds the same index beside them, and the constraint then takes it over.",
        .instead = "add the column alone, build the unique index CONCURRENTLY, and make the "
                   "constraint of it with USING INDEX",
        .instead_sql = "ALTER TABLE users ADD COLUMN nick text;\n"
                       "-- outside of a transaction:\n"
                       "CREATE UNIQUE INDEX CONCURRENTLY users_nick_key ON users (nick);\n"
                       "ALTER TABLE users ADD CONSTRAINT users_nick_key UNIQUE USING INDEX "
                       "users_nick_key;",
        .aliases = "squawk:disallowed-unique-constraint squawk:adding-serial-primary-key-field "
                   "eugene:E7 strong_migrations:add_unique_constraint atlas:MF101 atlas:PG105 "
                   "atlas:PG104",
        .on = "AT_AddColumn",
        .check = check_inline_unique,
        .bad = UNIQUE_BAD,
        .good = UNIQUE_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {0},
};
