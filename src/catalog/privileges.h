// Privileges in words: an aclitem[] as the server prints it becomes one line for each grantee.
// Refuses to know defaults (the queries put acldefault() in place of none). Invariant: the text
// does not depend on the order of grants nor on who granted.
#pragma once

#include "base/arena.h"

// "{app=arwdDxt/app,=r/app}" gives "PUBLIC: SELECT\napp: DELETE, INSERT, ..."; "{}" gives "none".
// What is not such an array is given back as it is.
const char *privileges_text(Arena *arena, const char *acl);
