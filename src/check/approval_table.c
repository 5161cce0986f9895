// The roles and documents that are built in, as nself-chat's approval process has them.
#include "check/approval.h"

typedef struct TableRow {
    const char *environment;
    int risk; // a RiskLevel; -1: any
    const char *roles;
    const char *documents;
} TableRow;

// Who approves, then who reviews. What nself-chat calls stakeholder communication is the sign-off
// of whoever told them.
static const TableRow TABLE[] = {
    {"development", -1, "", ""},
    {"staging", -1, "technical-lead peer", "plan"},
    {"production", RISK_LEVEL_LOW, "technical-lead peer qa", "plan rollback"},
    {"production", RISK_LEVEL_MEDIUM, "technical-lead product-owner peer qa load-testing",
     "playbook"},
    {"production", RISK_LEVEL_HIGH,
     "technical-lead product-owner cto architecture security communication", "playbook rehearsal"},
};

static Words words_of(Arena *arena, const char *text)
{
    Words words = {0};
    size_t open;
    return words_split(arena, str_from(text), &words, &open) ? words : (Words){0};
}

void approval_policy_built_in(Arena *arena, const char *environment, ApprovalPolicy *policy)
{
    const char *name = environment && (strcmp(environment, "development") == 0 ||
                                       strcmp(environment, "staging") == 0)
                           ? environment
                           : "production";
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++)
        for (int level = 0; level < RISK_LEVELS; level++) {
            if (strcmp(TABLE[i].environment, name) != 0 ||
                (TABLE[i].risk >= 0 && TABLE[i].risk != level))
                continue;
            policy->roles[level] = words_of(arena, TABLE[i].roles);
            policy->documents[level] = words_of(arena, TABLE[i].documents);
        }
}
