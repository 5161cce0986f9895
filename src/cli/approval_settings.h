// What the configuration says of approvals: which roles and documents an environment asks for, by
// risk; who has which role (the block roles:); where signatures are checked.
// Refuses to judge. Invariant: only the configuration file says what is required, no flag.
#pragma once

#include "check/approval.h"
#include "cli/command.h"
#include "io/yaml.h"

typedef struct ApprovalPeople {
    ApprovalRoles roles;
} ApprovalPeople;

// The block roles:, `name: [person, ...]`, a person by one or several names. ERR_CONFIG with the
// position.
bool approval_roles_read(Context *context, const char *file, const YamlNode *block, Err *err)
    __attribute__((warn_unused_result));
// ERR_CONFIG: `guide` and a table of one's own.
bool approval_policy(const Context *context, ApprovalPolicy *ret_policy, Err *err)
    __attribute__((warn_unused_result));
const char *approval_folder(const Context *context); // beside the configuration file
// Names by key that any role has: whose signatures are looked for.
void approval_principals(Arena *arena, const ApprovalPolicy *policy, Words *ret_names);
