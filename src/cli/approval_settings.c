#include "cli/approval_settings.h"

#include "base/require.h"
#include "cli/settings.h"
#include "run/approval.h"

static const char EXAMPLE[] =
    "for example:\nroles:\n  technical-lead: [alice, bob ssh:bob@example.com]\n"
    "  cto: ssh:carol@example.com";

static bool wrong(const char *file, const YamlNode *node, const char *message, Err *err)
{
    fail(err, ERR_CONFIG, "%s", message);
    err_hint(err, "%s", EXAMPLE);
    return err_at(err, file, node->position);
}

static bool add_person(Arena *arena, const char *file, const YamlNode *node, ApprovalRole *role,
                       Err *err)
{
    Words names;
    size_t open;
    if (node->kind != YAML_SCALAR || !words_split(arena, str_from(node->text), &names, &open) ||
        !names.len)
        return wrong(file, node, "a person is one name, or several with blanks between them", err);
    VEC_EACH (const char *, name, &names)
        if (strcmp(*name, "ssh:") == 0)
            return wrong(file, node, "ssh: is followed by a name of allowed-signers", err);
    vec_append(arena, &role->people)->names = names;
    return true;
}

bool approval_roles_read(Context *context, const char *file, const YamlNode *block, Err *err)
{
    Arena *arena = context->arena;
    ApprovalPeople *people = arena_new_object(arena, ApprovalPeople);
    context->people = people;
    if (block->kind == YAML_SCALAR && !*block->text)
        return true; // an empty block
    if (block->kind != YAML_MAP)
        return wrong(file, block, "expected roles here, one \"name: people\" a line", err);
    for (size_t i = 0; i < block->count; i++) {
        const YamlNode *node = &block->children[i];
        ApprovalRole *role = vec_append(arena, &people->roles);
        role->name = node->key;
        if (node->kind == YAML_MAP)
            return wrong(file, node, "a role is a person, or a list of people", err);
        if (node->kind == YAML_SCALAR && !add_person(arena, file, node, role, err))
            return false;
        for (size_t k = 0; node->kind == YAML_LIST && k < node->count; k++)
            if (!add_person(arena, file, &node->children[k], role, err))
                return false;
    }
    return true;
}

// A list of one's own takes the place of the built-in one; "none" empties it.
static void take_list(const OptionValue *value, Words *list)
{
    if (!value->where)
        return;
    *list = value->list;
    if (list->len == 1 && strcmp(list->items[0], "none") == 0)
        list->len = 0;
}

static bool check_guide(const OptionValues *options, Err *err)
{
    static const OptionId OWN[] = {OPTION_APPROVALS_LOW,    OPTION_APPROVALS_MEDIUM,
                                   OPTION_APPROVALS_HIGH,   OPTION_DOCUMENTS_LOW,
                                   OPTION_DOCUMENTS_MEDIUM, OPTION_DOCUMENTS_HIGH};
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
        if (options->values[OWN[i]].where) {
            fail(err, ERR_CONFIG,
                 "approvals: guide (%s) is the built-in table, and %s (%s) says "
                 "another one",
                 options->values[OPTION_APPROVALS].where, OPTIONS[OWN[i]].name,
                 options->values[OWN[i]].where);
            return err_hint(err, "write approvals: required for a table of your own");
        }
    return true;
}

bool approval_policy(const Context *context, ApprovalPolicy *ret_policy, Err *err)
{
    const OptionValues *options = &context->options;
    const char *need = option_text(options, OPTION_APPROVALS);
    const char *downs = option_text(options, OPTION_MISSING_DOWNS);
    ApprovalPolicy policy = {
        .environment = option_text(options, OPTION_ENV),
        .has_four_eyes = option_is_set(options, OPTION_FOUR_EYES),
        .may_be_forced = option_is_set(options, OPTION_APPROVALS_FORCE),
        .refuses_missing_downs = downs && strcmp(downs, "refuse") == 0,
    };
    if (need)
        REQUIRE(approval_need_parse(need, &policy.need));
    policy.where = policy.need != APPROVAL_OFF ? options->values[OPTION_APPROVALS].where
                                               : options->values[OPTION_MISSING_DOWNS].where;
    if (policy.need == APPROVAL_GUIDE && !check_guide(options, err))
        return false;
    approval_policy_built_in(context->arena, policy.environment, &policy);
    for (int level = 0; level < RISK_LEVELS; level++) {
        take_list(&options->values[OPTION_APPROVALS_LOW + level], &policy.roles[level]);
        take_list(&options->values[OPTION_DOCUMENTS_LOW + level], &policy.documents[level]);
    }
    if (context->people)
        policy.people = context->people->roles;
    *ret_policy = policy;
    return true;
}

const char *approval_folder(const Context *context)
{
    return settings_beside(context, APPROVAL_FOLDER);
}

void approval_principals(Arena *arena, const ApprovalPolicy *policy, Words *ret_names)
{
    VEC_EACH (const ApprovalRole, role, &policy->people)
        VEC_EACH (const ApprovalPerson, person, &role->people)
            VEC_EACH (const char *, name, &person->names)
                if (str_starts(str_from(*name), STR("ssh:")))
                    *vec_append(arena, ret_names) = *name + 4;
}
