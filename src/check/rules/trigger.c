// Triggers and rules: code that from one moment on runs, or does not run, with every write.
#include "check/rules/families.h"
#include "check/rules/object.h"

#include <string.h>

// trigger-create

static void check_trigger_create(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    bool is_view = relation && relation->kind == RELATION_VIEW;
    if (object_is_ours(judged, range) || is_view)
        return;
    const char *name = judged_name(judged, range);
    const char *trigger = node_text(judged->node, "trigname");
    Finding *finding = judged_report(
        judged, NULL, name,
        "trigger %s takes SHARE ROW EXCLUSIVE on %s, so writers wait, and runs in every write "
        "from the commit on",
        trigger, name);
    finding->instead =
        judged_printf(judged,
                      "-- alone in its transaction, gone again when the lock is not free:\n"
                      "SET LOCAL lock_timeout = '1s';\n%s;",
                      statement_slice(judged, 0, judged->parsed->statement.text.n));
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY, changed timestamptz);"
#define STAMP                                                                                      \
    "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql "                                    \
    "AS 'BEGIN NEW.changed := now(); RETURN NEW; END';"
#define STAMPED                                                                                    \
    "CREATE TRIGGER notes_stamp BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION stamp();"
static const RuleExample TRIGGER_BAD[] = {
    {.setup = NOTES STAMP, .sql = STAMPED},
    {.setup = NOTES STAMP STAMPED,
     .sql = "CREATE OR REPLACE TRIGGER notes_stamp BEFORE INSERT OR UPDATE ON notes FOR EACH ROW "
            "EXECUTE FUNCTION stamp();",
     .pg_from = 14},
    {0},
};
static const RuleExample TRIGGER_GOOD[] = {
    {.setup = STAMP, .sql = NOTES STAMPED, .note = "the table is of the same file"},
    {.setup = NOTES STAMP STAMPED,
     .sql = "CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN NEW.changed := clock_timestamp(); RETURN NEW; END';",
     .note = "another body needs no lock on the table"},
    {0},
};

// trigger-disable

static void check_trigger_disable(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    if (object_is_ours(judged, range))
        return;
    const char *name = judged_name(judged, range);
    const char *subtype = node_text(judged->command, "subtype");
    const char *which =
        strcmp(subtype, "AT_DisableTrigAll") == 0
            ? "all triggers, those of foreign keys too: references are not checked any more"
        : strcmp(subtype, "AT_DisableTrigUser") == 0
            ? "all triggers of users: what they keep true is not kept"
            : arena_printf(judged->scratch, "%s: what it keeps true is not kept",
                           node_text(judged->command, "name"));
    judged_report(judged, judged->command, name, "turns off on %s %s", name, which);
}

static const RuleExample DISABLE_BAD[] = {
    {.setup = NOTES, .sql = "ALTER TABLE notes DISABLE TRIGGER ALL;"},
    {.setup = NOTES STAMP STAMPED, .sql = "ALTER TABLE notes DISABLE TRIGGER notes_stamp;"},
    {0},
};
static const RuleExample DISABLE_GOOD[] = {
    {.setup = STAMP,
     .sql = NOTES STAMPED "ALTER TABLE notes DISABLE TRIGGER notes_stamp;",
     .note = "the table is of the same file"},
    {.setup = NOTES STAMP STAMPED, .sql = "COMMENT ON TRIGGER notes_stamp ON notes IS 'stays on';"},
    {0},
};

// rule-create

static void check_rule_create(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    if (object_is_ours(judged, range))
        return;
    const char *name = judged_name(judged, range);
    judged_report(
        judged, NULL, name,
        "rule %s takes ACCESS EXCLUSIVE on %s and rewrites every statement on it from the "
        "commit on",
        node_text(judged->node, "rulename"), name);
}

static const RuleExample RULE_BAD[] = {
    {.setup = NOTES, .sql = "CREATE RULE notes_keep AS ON DELETE TO notes DO INSTEAD NOTHING;"},
    {0},
};
static const RuleExample RULE_GOOD[] = {
    {.sql = NOTES "CREATE RULE notes_keep AS ON DELETE TO notes DO INSTEAD NOTHING;",
     .note = "the table is of the same file"},
    {0},
};

const Rule RULES_TRIGGER[] = {
    {
        .id = "trigger-create",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "a new trigger blocks writers and then runs in all of them",
        .why =
            "CREATE TRIGGER takes SHARE ROW EXCLUSIVE: writers queue behind it while it waits for "
            "those that run, and until its transaction commits. From then on each write of the "
            "running code does what the trigger says, and fails when it fails. DROP and CREATE "
            "to change one needs ACCESS EXCLUSIVE; CREATE OR REPLACE (14 and later) does not.",
        .instead = "alone in its transaction with a short lock_timeout; change behaviour by "
                   "replacing the function, which locks nothing",
        .instead_sql = "SET LOCAL lock_timeout = '1s';\n"
                       "CREATE TRIGGER notes_stamp BEFORE UPDATE ON notes\n"
                       "    FOR EACH ROW EXECUTE FUNCTION stamp();",
        .on = "CreateTrigStmt",
        .check = check_trigger_create,
        .bad = TRIGGER_BAD,
        .good = TRIGGER_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_SHARE_ROW_EXCLUSIVE},
    },
    {
        .id = "trigger-disable",
        .severity = SEVERITY_WARNING,
        .risk = RISK_INTEGRITY,
        .summary = "triggers are off, for everybody",
        .why =
            "Whatever the trigger guards is unguarded for all sessions until somebody turns it on "
            "again; rows written meanwhile are never checked later. ALL includes the triggers "
            "behind foreign keys. The statement takes SHARE ROW EXCLUSIVE, so a long change of "
            "rows in the same transaction blocks all writers.",
        .instead = "let the trigger function itself pass over the rows of the backfill, by a "
                   "setting that only the backfill's session has",
        .instead_sql = "IF current_setting('app.backfill', true) = 'on' THEN RETURN NEW; END IF;",
        .on = "AT_DisableTrig AT_DisableTrigAll AT_DisableTrigUser",
        .check = check_trigger_disable,
        .bad = DISABLE_BAD,
        .good = DISABLE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_SHARE_ROW_EXCLUSIVE},
    },
    {
        .id = "rule-create",
        .severity = SEVERITY_WARNING,
        .risk = RISK_COMPATIBILITY,
        .summary = "a rule rewrites statements of running code",
        .why = "A rule works on the statement, not on rows: volatile functions run more than once, "
               "RETURNING and row counts change, COPY passes it by. It takes ACCESS EXCLUSIVE on "
               "the table. What a rule does, a trigger does without these surprises.",
        .instead = "a trigger, or an updatable view",
        .on = "RuleStmt",
        .check = check_rule_create,
        .bad = RULE_BAD,
        .good = RULE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
