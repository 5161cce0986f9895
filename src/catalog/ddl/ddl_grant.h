// GRANT and REVOKE: from the privileges that there are to those that there shall be.
// Refuses to know of what they are. Invariant: roles are as privileges_text() names them.
#pragma once

#include "catalog/ddl/ddl.h"
#include "catalog/privileges.h"

typedef struct DdlGranting {
    Ddl *ddl;
    const char *prefix; // in front of GRANT and REVOKE; "": nothing
    const char *place;  // behind ON: "TABLE app.t"
    const char *column; // of that table; NULL: the whole
    bool has_revoked;   // comes out
} DdlGranting;

// `then` is used up. `owner` (may be NULL): who may always grant.
void ddl_change_grants(DdlGranting *granting, Grants *then, const Grants *now, const char *owner);
// What the owner and everybody have of a new object.
void ddl_add_built_in(const Ddl *ddl, const char *grant_word, const char *owner, Grants *grants);
