#include "migration/order.h"

#include "migration/version.h"

#include <string.h>

// As Flyway shows and sorts a description: '_' is a blank.
static int description_compare(const char *a, const char *b)
{
    for (;; a++, b++) {
        unsigned char left = *a == '_' ? ' ' : (unsigned char)*a;
        unsigned char right = *b == '_' ? ' ' : (unsigned char)*b;
        if (left != right || !left)
            return (left > right) - (left < right);
    }
}

int migration_compare(MigrationKey a, MigrationKey b)
{
    bool is_repeatable = a.kind == MIGRATION_REPEATABLE;
    if (is_repeatable != (b.kind == MIGRATION_REPEATABLE))
        return is_repeatable ? 1 : -1;
    if (is_repeatable)
        return description_compare(a.version, b.version);
    int order = version_compare(str_from(a.version), str_from(b.version));
    return order ? order : (a.kind > b.kind) - (a.kind < b.kind);
}

const char *migration_kind_word(MigrationKind kind)
{
    static const char *const WORDS[] = {[MIGRATION_VERSIONED] = "versioned",
                                        [MIGRATION_REPEATABLE] = "repeatable",
                                        [MIGRATION_BASELINE] = "baseline"};
    return WORDS[kind];
}

MigrationKey applied_key(const AppliedMigration *applied)
{
    bool is_script = strcmp(applied->kind, "baseline") == 0 && applied->statements_total > 0;
    MigrationKind kind = strcmp(applied->kind, "repeatable") == 0 ? MIGRATION_REPEATABLE
                         : is_script                              ? MIGRATION_BASELINE
                                                                  : MIGRATION_VERSIONED;
    return (MigrationKey){kind, applied->version};
}
