#include "check/approval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

// A plan of 027 and 028 with risk high, approved by alice (lead), bob (owner), carol by SSH (cto).
typedef struct Case {
    Migration migrations[2];
    Plan plan;
    Status status;
    AppliedMigration applied[2];
    ApprovalPolicy policy;
    Approvals approvals;
    ApprovalRun run;
} Case;

static const char *checksum(char letter)
{
    char *hex = arena_alloc(arena, SHA256_HEX);
    memset(hex, letter, SHA256_HEX - 1);
    return hex;
}

static void add_step(Case *one, Migration *migration, const char *version, char letter)
{
    *migration = (Migration){
        .version = version,
        .kind = MIGRATION_VERSIONED,
        .up = {.is_present = true, .path = version},
        .down = {.is_present = true, .path = "down.sql"},
    };
    Step *step = vec_append(arena, &one->plan.steps);
    *step = (Step){.version = version, .migration = migration};
    memcpy(step->script.checksum, checksum(letter), SHA256_HEX);
}

static void add_person(Case *one, const char *role, const char *names)
{
    size_t open;
    ApprovalRole *found = NULL;
    VEC_EACH (ApprovalRole, known, &one->policy.people)
        if (strcmp(known->name, role) == 0)
            found = known;
    if (!found) {
        found = vec_append(arena, &one->policy.people);
        found->name = role;
    }
    ApprovalPerson *person = vec_append(arena, &found->people);
    assert_true(words_split(arena, str_from(names), &person->names, &open));
}

static Approval *sign(Case *one, const char *role, const char *database_role, const char *principal)
{
    Approval *approval = vec_append(arena, &one->approvals);
    *approval = (Approval){
        .digest = arena_strdup(arena, one->plan.digest),
        .target = "shop",
        .environment = "production",
        .role = role,
        .risk = RISK_LEVEL_HIGH,
        .at = "2026-03-10T11:00:00.000Z",
        .database_role = database_role,
        .principal = principal,
    };
    VEC_EACH (const Step, step, &one->plan.steps)
        *vec_append(arena, &approval->steps) = (ApprovedStep){
            step->direction, step->version, arena_strdup(arena, step->script.checksum)};
    return approval;
}

static Case *some_case(void)
{
    Case *one = arena_new_object(arena, Case);
    size_t open;
    add_step(one, &one->migrations[0], "027", 'a');
    add_step(one, &one->migrations[1], "028", 'b');
    plan_digest(&one->plan);
    one->policy = (ApprovalPolicy){
        .need = APPROVAL_REQUIRED, .where = "migrate-safe.yaml:3:5", .environment = "production"};
    assert_true(
        words_split(arena, STR("lead owner cto"), &one->policy.roles[RISK_LEVEL_HIGH], &open));
    assert_true(words_split(arena, STR("lead"), &one->policy.roles[RISK_LEVEL_LOW], &open));
    add_person(one, "lead", "alice");
    add_person(one, "owner", "bob ssh:bob@example.com");
    add_person(one, "cto", "ssh:carol@example.com");
    sign(one, "lead", "alice", NULL);
    sign(one, "owner", "bob", NULL);
    sign(one, "cto", "anybody", "carol@example.com");
    one->run = (ApprovalRun){
        .plan = &one->plan,
        .risk = RISK_LEVEL_HIGH,
        .status = &one->status,
        .target = "shop",
        .applied_by = "deploy",
    };
    return one;
}

static ApprovalVerdict judged(const Case *one)
{
    ApprovalVerdict verdict;
    approval_judge(arena, &one->policy, &one->approvals, &one->run, &verdict);
    return verdict;
}

// "cto: nobody has signed": the roles that are missing.
static const char *missing(const Case *one)
{
    ApprovalVerdict verdict = judged(one);
    const char *text = "";
    VEC_EACH (const ApprovedRole, role, &verdict.roles)
        if (!role->approval)
            text = arena_printf(arena, "%s%s%s: %s", text, *text ? "; " : "", role->role,
                                role->why_not);
    assert_int_equal(verdict.stands, !*text && !verdict.missing_downs.len);
    return text;
}

static void test_stands(void **state)
{
    Case *one = some_case();
    assert_string_equal(missing(one), "");
    one->policy.need = APPROVAL_OFF;
    one->approvals.len = 0;
    assert_false(judged(one).is_judged);
    assert_true(judged(one).stands);
}

static void test_two_of_three(void **state)
{
    Case *one = some_case();
    Err err = {0};
    one->approvals.len = 2;
    assert_string_equal(missing(one), "cto: nobody has signed");
    ApprovalVerdict verdict = judged(one);
    assert_false(approval_refuse(arena, &verdict, &err));
    assert_int_equal(err.class, ERR_CHECK);
    assert_string_equal(err.message, "the risk is high, and it lacks the approval of: cto "
                                     "(migrate-safe.yaml:3:5)");
    assert_string_equal(err.detail, "cto: nobody has signed; it may be ssh:carol@example.com");
    one->run.risk = RISK_LEVEL_LOW; // asks for the lead alone
    assert_string_equal(missing(one), "");
}

static void test_wrong_people(void **state)
{
    Case *one = some_case();
    one->approvals.items[0].database_role = "mallory";
    assert_string_equal(missing(one), "lead: mallory has signed as lead, and is not named for it");
    one = some_case();
    one->approvals.items[2].principal = NULL; // named by her key alone
    one->approvals.items[2].database_role = "carol@example.com";
    assert_string_equal(missing(one),
                        "cto: carol@example.com has signed as cto, and is not named for it");
    one->approvals.items[2].database_role = "ssh:carol@example.com";
    assert_string_equal(missing(one),
                        "cto: ssh:carol@example.com has signed as cto, and is not named for it");
    one = some_case();
    one->approvals.items[1].database_role = "anybody"; // his key counts, whoever wrote the row
    one->approvals.items[1].principal = "bob@example.com";
    assert_string_equal(missing(one), "");
    one->approvals.items[1].unsound = "no key of his";
    one->approvals.items[1].principal = NULL;
    assert_string_equal(missing(one),
                        "owner: the signature of anybody does not hold: no key of his");
    one = some_case();
    one->policy.people.len = 2;
    assert_string_equal(missing(one), "cto: roles: names nobody for it");
}

static void test_other_plans(void **state)
{
    Case *one = some_case();
    memcpy(one->plan.steps.items[1].script.checksum, checksum('c'), SHA256_HEX);
    plan_digest(&one->plan);
    const char *digest = one->approvals.items[0].digest;
    const char *lead = arena_printf(
        arena, "lead: alice has signed, but it is of the plan %.12s: 028 was edited since", digest);
    assert_int_equal(strncmp(missing(one), lead, strlen(lead)), 0);
    assert_int_equal(judged(one).others.len, 3);
    one = some_case();
    one->approvals.items[0].environment = "staging";
    assert_string_equal(missing(one),
                        "lead: alice has signed, but it is for the environment staging");
    one->approvals.items[0].environment = NULL;
    assert_string_equal(missing(one), "lead: alice has signed, but it is for no environment");
    one = some_case();
    one->approvals.items[0].target = "shop_copy";
    assert_string_equal(missing(one),
                        "lead: alice has signed, but it is for the database shop_copy");
    one = some_case();
    one->approvals.items[0].risk = RISK_LEVEL_MEDIUM;
    assert_string_equal(missing(one), "lead: alice has signed, but it was given for a risk that "
                                      "was medium, and is high now");
    one = some_case();
    one->approvals.items[0].steps.items[0].checksum = checksum('f');
    assert_string_equal(
        missing(one),
        "lead: alice has signed, but its list of migrations does not give its digest");
}

// 027 is applied, from the text that was approved: 028 is the rest of it.
static void test_rest(void **state)
{
    Case *one = some_case();
    one->applied[0] = (AppliedMigration){.version = "027", .checksum = checksum('a')};
    *vec_append(arena, &one->status.entries) = (StatusEntry){.applied = &one->applied[0]};
    one->plan.steps.items++;
    one->plan.steps.len--;
    plan_digest(&one->plan);
    assert_string_equal(missing(one), "");
    one->applied[0].checksum = checksum('f');
    assert_non_null(strstr(missing(one), "lead: alice has signed, but it is of the plan"));
    one->status.entries.len = 0;
    assert_non_null(strstr(missing(one), "027 is not in this one"));
}

static void test_first_of_it(void **state)
{
    Case *one = some_case();
    one->plan.steps.len = 1;
    plan_digest(&one->plan);
    assert_string_equal(missing(one), "");
    one = some_case();
    one->plan.steps.items[0].direction = DIRECTION_DOWN;
    plan_digest(&one->plan);
    assert_true(*missing(one));
}

static void test_carried_out(void **state)
{
    Case *one = some_case();
    one->applied[0] = (AppliedMigration){.version = "027", .checksum = checksum('a')};
    one->applied[1] = (AppliedMigration){.version = "028", .checksum = checksum('b')};
    for (size_t i = 0; i < 2; i++)
        *vec_append(arena, &one->status.entries) = (StatusEntry){.applied = &one->applied[i]};
    one->plan.steps.len = 0;
    add_step(one, &one->migrations[0], "029", 'c');
    plan_digest(&one->plan);
    assert_string_equal(missing(one), "lead: nobody has signed; owner: nobody has signed; cto: "
                                      "nobody has signed");
    assert_int_equal(judged(one).others.len, 0);
}

static void test_revoked(void **state)
{
    Case *one = some_case();
    Approval *end = sign(one, "lead", "alice", NULL);
    end->is_revocation = true;
    end->at = "2026-03-10T11:30:00.000Z";
    assert_string_equal(missing(one), "lead: alice has taken it back");
    sign(one, "lead", "alice", NULL)->at = "2026-03-10T12:00:00.000Z"; // and given it anew
    assert_string_equal(missing(one), "");
    one = some_case();
    end = sign(one, "lead", "mallory", NULL); // nobody else's
    end->is_revocation = true;
    end->at = "2026-03-10T11:30:00.000Z";
    assert_string_equal(missing(one), "");
}

static void test_four_eyes(void **state)
{
    Case *one = some_case();
    one->policy.has_four_eyes = true;
    assert_string_equal(missing(one), "");
    one->run.applied_by = "alice";
    assert_string_equal(missing(one), "lead: alice also applies it (four-eyes)");
    one = some_case();
    one->policy.has_four_eyes = true;
    *vec_append(arena, &one->run.authors) = "bob@example.com";
    assert_string_equal(missing(one), "owner: bob also wrote it (four-eyes)");
}

// One for each role, also where the first choice has to move to another role.
static void test_distinct_people(void **state)
{
    Case *one = some_case();
    add_person(one, "cto", "alice");
    one->approvals.len = 2;
    sign(one, "cto", "alice", NULL);
    assert_string_equal(missing(one), ""); // alice twice
    one->policy.has_four_eyes = true;
    assert_string_equal(missing(one),
                        "cto: who signed for it signs for another role too (four-eyes)");
    add_person(one, "lead", "dave");
    sign(one, "lead", "dave", NULL);
    assert_string_equal(missing(one), "");
}

static const char *documents_of(Case *one, const char *words)
{
    size_t open;
    const char *text = "";
    assert_true(
        words_split(arena, str_from(words), &one->policy.documents[RISK_LEVEL_HIGH], &open));
    ApprovalVerdict verdict = judged(one);
    VEC_EACH (const ApprovedDocument, document, &verdict.documents)
        text = arena_printf(arena, "%s%s%s %s: %s", text, *text ? "; " : "",
                            document->is_there ? "+" : "-",
                            approval_document_word(document->document), document->proof);
    return text;
}

static void test_documents(void **state)
{
    Case *one = some_case();
    EvidenceVerdict rehearsal = {0};
    one->run.rehearsal = &rehearsal;
    assert_string_equal(documents_of(one, "rollback"), "+ rollback: a down for each migration");
    one->migrations[0].down.is_present = false;
    assert_string_equal(documents_of(one, "rollback"), "- rollback: no down for 027");
    one->plan.steps.items[0].script.directives.irreversible = "because";
    assert_string_equal(documents_of(one, "rollback"),
                        "+ rollback: a down for each, but 027: irreversible by its own word");
    assert_string_equal(documents_of(one, "rehearsal playbook"),
                        "- rehearsal: no rehearsal stands for this plan; - playbook: its times and "
                        "its way back are blank until a rehearsal stands");
    rehearsal = (EvidenceVerdict){
        .stands = true, .evidence = {.digest = checksum('e')}, .age = "2 hours old"};
    assert_string_equal(documents_of(one, "rehearsal playbook plan"),
                        arena_printf(arena,
                                     "+ rehearsal: evidence eeeeeeeeeeee, 2 hours old; + playbook: "
                                     "migrate-safe plan --format markdown; + plan: plan %.12s",
                                     one->plan.digest));
}

static void test_missing_downs(void **state)
{
    Case *one = some_case();
    Err err = {0};
    one->policy = (ApprovalPolicy){.refuses_missing_downs = true, .where = "x.yaml:2:3"};
    assert_true(judged(one).stands);
    one->migrations[1].down.is_present = false;
    ApprovalVerdict verdict = judged(one);
    assert_false(verdict.stands);
    assert_false(approval_refuse(arena, &verdict, &err));
    assert_string_equal(err.message, "no down for 028, and one is asked for (x.yaml:2:3)");
    one->migrations[1].kind = MIGRATION_REPEATABLE;
    assert_true(judged(one).stands);
}

static void test_built_in(void **state)
{
    ApprovalPolicy policy = {0};
    approval_policy_built_in(arena, "development", &policy);
    assert_int_equal(policy.roles[RISK_LEVEL_HIGH].len, 0);
    approval_policy_built_in(arena, "staging", &policy);
    assert_int_equal(policy.roles[RISK_LEVEL_LOW].len, 2);
    approval_policy_built_in(arena, "emea", &policy); // as production
    assert_int_equal(policy.roles[RISK_LEVEL_LOW].len, 3);
    assert_int_equal(policy.roles[RISK_LEVEL_MEDIUM].len, 5);
    assert_string_equal(policy.roles[RISK_LEVEL_HIGH].items[2], "cto");
    for (int level = 0; level < RISK_LEVELS; level++)
        VEC_EACH (const char *, word, &policy.documents[level]) {
            ApprovalDocument document;
            assert_true(approval_document_parse(*word, &document));
        }
}

static void test_checks(void **state)
{
    Case *one = some_case();
    CheckList list = {0};
    one->approvals.len = 2;
    ApprovalVerdict verdict = judged(one);
    approval_checks(arena, &verdict, &list);
    const Check *check = check_list_find(&list, &APPROVAL_KINDS[APPROVAL_CHECK_SIGNED]);
    assert_int_equal(check->verdict, VERDICT_FAIL);
    assert_string_equal(check->value, "not by: cto");
    assert_int_equal(check->details.len, 3);
    verdict.need = APPROVAL_WANTED;
    verdict.unread = "permission denied";
    list = (CheckList){0};
    approval_checks(arena, &verdict, &list);
    assert_int_equal(list.checks.items[0].verdict, VERDICT_UNKNOWN);
    list = (CheckList){0};
    verdict = (ApprovalVerdict){0};
    approval_checks(arena, &verdict, &list);
    assert_int_equal(list.checks.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_of_three, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_plans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_first_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_carried_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_revoked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_four_eyes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_distinct_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_missing_downs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_built_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_checks, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
