// Privileges in words: an aclitem[] as the server prints it becomes one line for each grantee.
// Refuses to know defaults (the queries put acldefault() in place of none). Invariant: the text
// does not depend on the order of grants nor on who granted.
#pragma once

#include "base/vec.h"

#include <stdint.h>

// "{app=arwdDxt/app,=r/app}" gives "PUBLIC: SELECT\napp: DELETE, INSERT, ..."; "{}" gives "none".
// Names are quoted where SQL wants it. What is not such an array is given back as it is.
const char *privileges_text(Arena *arena, const char *acl);

enum {
    PRIVILEGE_COUNT = 15
};

typedef struct Grant {
    const char *role;   // as SQL names it, "PUBLIC" is everybody
    uint32_t has;       // a bit for each privilege_word()
    uint32_t may_grant; // with grant option
} Grant;

typedef VEC(Grant) Grants;

// What privileges_text() made. False: a word of it is not known.
bool privileges_read(Arena *arena, const char *text, Grants *ret_grants)
    __attribute__((warn_unused_result));
uint32_t privileges_of_words(const char *words); // "INSERT, SELECT"; REQUIREs known ones
const char *privilege_word(unsigned index);
const Grant *grant_find(const Grants *grants, const char *role); // NULL: none
Grant *grant_get(Arena *arena, Grants *grants,
                 const char *role); // an empty one where there is none
