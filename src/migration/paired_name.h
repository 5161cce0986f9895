// The name of one half of a pair taken apart: 027_x.up.sql, 027_x.mysql.autocommit.down.sql.
// Refuses to know folders and whether the version is one. Invariant: what golang-migrate's rule
// ^([0-9]+)_(.*)\.(down|up)\.(.*)$ matches is a half, in the same direction.
#pragma once

#include "base/str.h"

typedef enum Dialect {
    DIALECT_ANY,      // the name says nothing
    DIALECT_POSTGRES, // ".postgres." or the like
    DIALECT_OTHER,    // ".mysql.", ".cockroach."
} Dialect;

typedef struct PairedName {
    Str base;   // "027_x"
    Str suffix; // ".up.sql"
    bool is_up;
    bool is_no_transaction; // Ory's ".autocommit."
    Dialect dialect;
} PairedName;

// False when it is neither half.
bool paired_name_parse(Str name, PairedName *ret_name);
