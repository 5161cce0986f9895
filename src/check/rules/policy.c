// Row level security: who sees which rows, from one moment to the next.
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "check/rules/renaming.h"

#include <string.h>

enum {
    ENABLE_NO_POLICY,
    POLICY_CHANGE,
};

// rls-enable-no-policy

// What is "gone" is the access: a policy of the same transaction gives it back.
static void check_enable(const Judged *judged)
{
    GoneNames *gone = gone_names(judged, &RULES_POLICY[ENABLE_NO_POLICY]);
    if (node_is(judged->node, "CreatePolicyStmt")) {
        const Node *range = node_field(judged->node, "table");
        gone_again(judged, gone, node_text(range, "schemaname"), node_text(range, "relname"));
        return;
    }
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (object_is_ours(judged, range) ||
        (relation && (relation->policies.len || relation->has_row_security)))
        return;
    const char *name = judged_name(judged, range);
    Finding *finding = judged_report(
        judged, judged->command, name,
        "turns row level security of %s on without a policy: all but its owner see no row", name);
    const char *sql = object_sql(judged, range);
    finding->instead = judged_printf(judged,
                                     "-- one transaction\n"
                                     "CREATE POLICY everything ON %s USING (true); -- or the real "
                                     "one\n"
                                     "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;",
                                     sql, sql);
    gone_add_at(judged, gone, judged->command, relation ? relation->schema : "",
                node_text(range, "relname"));
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY, owner text);"
#define OWN   "CREATE POLICY own ON notes USING (owner = current_user);"
#define ON    "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
static const RuleExample ENABLE_BAD[] = {
    {.setup = NOTES, .sql = ON},
    {0},
};
static const RuleExample ENABLE_GOOD[] = {
    {.setup = NOTES, .sql = OWN ON, .note = "the policy comes first"},
    {.setup = NOTES, .sql = ON OWN, .note = "or in the same transaction"},
    {.sql = NOTES ON, .note = "no code uses the table yet"},
    {0},
};

// policy-change

static void report_change(const Judged *judged, const Node *names, const char *what)
{
    const char *name = object_name(judged, names);
    judged_report(judged, judged->command, name,
                  "%s: another set of rows is seen and written on %s", what, name);
}

static bool is_enabled_elsewhere(const Judged *judged, const Relation *relation)
{
    return relation && !relation_is_ours(judged, relation) &&
           (relation->has_row_security || relation->is_only_altered);
}

// Of DROP POLICY: the table's names, the last being the policy's.
static const Relation *policy_table(const Judged *judged, const Node *names)
{
    const char *last[3] = {"", "", ""};
    NODE_EACH(name, names)
    {
        last[0] = last[1];
        last[1] = last[2];
        last[2] = node_text(name, NULL);
    }
    return model_relation(judged->model, last[0], last[1]);
}

static void check_drop_policy(const Judged *judged)
{
    if (!node_text_is(judged->node, "removeType", "OBJECT_POLICY"))
        return;
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const Relation *relation = policy_table(judged, object);
        if (relation && !is_enabled_elsewhere(judged, relation))
            continue;
        const char *name = relation ? relation_label(judged->scratch, relation) : "";
        judged_report(judged, NULL, name,
                      "drops policy %s%s%s: what it allowed is refused, or what "
                      "it restricted allowed",
                      node_last_text(object), relation ? " of " : "", name);
    }
}

static void check_policy(const Judged *judged)
{
    if (node_is(judged->node, "DropStmt")) {
        check_drop_policy(judged);
        return;
    }
    bool is_policy = !judged->command;
    const Node *range = node_field(judged->node, is_policy ? "table" : "relation");
    const Relation *relation = judged_relation(judged, range);
    if (relation ? !is_enabled_elsewhere(judged, relation) : object_is_ours(judged, range))
        return;
    const char *what = node_text(judged->command, "subtype");
    if (is_policy)
        what = arena_printf(judged->scratch, "%s policy %s",
                            node_is(judged->node, "AlterPolicyStmt") ? "changes" : "adds",
                            node_text(judged->node, "policy_name"));
    else
        what = strcmp(what, "AT_DisableRowSecurity") == 0 ? "turns row level security off"
               : strcmp(what, "AT_ForceRowSecurity") == 0 ? "subjects the owner to the policies"
                                                          : "frees the owner from the policies";
    report_change(judged, range, what);
}

static void check_policy_change(const Judged *judged)
{
    // Enabled in this transaction: its policies are part of that step.
    GoneNames *enabled = gone_names(judged, &RULES_POLICY[POLICY_CHANGE]);
    const Node *range =
        node_field(judged->node, node_has(judged->node, "table") ? "table" : "relation");
    if (judged->command && node_text_is(judged->command, "subtype", "AT_EnableRowSecurity")) {
        gone_add(judged, enabled, node_text(range, "schemaname"), node_text(range, "relname"));
        return;
    }
    if (node_is(judged->node, "CreatePolicyStmt") &&
        gone_has(enabled, node_text(range, "schemaname"), node_text(range, "relname")))
        return;
    check_policy(judged);
}

static const RuleExample POLICY_BAD[] = {
    {.setup = NOTES OWN ON, .sql = "ALTER POLICY own ON notes USING (true);"},
    {.setup = NOTES OWN ON, .sql = "DROP POLICY own ON notes;"},
    {.setup = NOTES OWN ON, .sql = "CREATE POLICY everything ON notes FOR SELECT USING (true);"},
    {.setup = NOTES OWN ON, .sql = "ALTER TABLE notes DISABLE ROW LEVEL SECURITY;"},
    {0},
};
static const RuleExample POLICY_GOOD[] = {
    {.setup = NOTES, .sql = OWN, .note = "no effect until row level security is turned on"},
    {.setup = NOTES, .sql = ON OWN, .note = "the first policy of the table"},
    {.sql = NOTES ON OWN "DROP POLICY own ON notes;", .note = "the table is of the same file"},
    {0},
};

const Rule RULES_POLICY[] = {
    [ENABLE_NO_POLICY] =
        {
            .id = "rls-enable-no-policy",
            .severity = SEVERITY_WARNING,
            .risk = RISK_SECURITY,
            .summary = "row level security without a policy hides every row",
            .why = "Where no policy allows a row it is not there: the application's role reads "
                   "nothing and may write nothing, without any error on reading. The owner, "
                   "superusers and roles with BYPASSRLS see all, so a test as the owner shows "
                   "nothing. A policy of an earlier file or of the same transaction is enough.",
            .instead = "create the policies first, then turn it on, in one transaction",
            .instead_sql = "CREATE POLICY own ON notes USING (owner = current_user);\n"
                           "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;",
            .on = "AT_EnableRowSecurity CreatePolicyStmt",
            .check = check_enable,
            .bad = ENABLE_BAD,
            .good = ENABLE_GOOD,
        },
    [POLICY_CHANGE] =
        {
            .id = "policy-change",
            .severity = SEVERITY_WARNING,
            .risk = RISK_SECURITY,
            .summary = "policies of a table in use change",
            .why = "From the commit on other rows are visible and writable: a permissive policy "
                   "more widens access for all roles it names, one less narrows it, and a "
                   "condition of true means everybody. Nothing fails when it is too wide. Each of "
                   "these statements takes ACCESS EXCLUSIVE on the table.",
            .instead = "have the access reviewed, test it as the application's role, and say so: "
                       "-- migrate-safe: ignore policy-change: reviewed by ...",
            .on = "CreatePolicyStmt AlterPolicyStmt DropStmt AT_EnableRowSecurity "
                  "AT_DisableRowSecurity AT_ForceRowSecurity AT_NoForceRowSecurity",
            .check = check_policy_change,
            .bad = POLICY_BAD,
            .good = POLICY_GOOD,
        },
    {0},
};
