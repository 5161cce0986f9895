#include "migration/flyway_callback.h"

#include <stdbool.h>

// Events of Flyway 12. Migrate validates first, so these are needed too.
static const struct {
    const char *name;
    FlywayCallback kind;
} EVENTS[] = {
    {"beforeMigrate", FLYWAY_CALLBACK_NEEDED},
    {"beforeEachMigrate", FLYWAY_CALLBACK_NEEDED},
    {"beforeEachMigrateStatement", FLYWAY_CALLBACK_NEEDED},
    {"afterEachMigrateStatement", FLYWAY_CALLBACK_NEEDED},
    {"afterEachMigrateStatementError", FLYWAY_CALLBACK_OTHER},
    {"afterEachMigrate", FLYWAY_CALLBACK_NEEDED},
    {"afterEachMigrateError", FLYWAY_CALLBACK_OTHER},
    {"beforeRepeatables", FLYWAY_CALLBACK_NEEDED},
    {"afterVersioned", FLYWAY_CALLBACK_NEEDED},
    {"afterMigrateApplied", FLYWAY_CALLBACK_NEEDED},
    {"afterMigrate", FLYWAY_CALLBACK_NEEDED},
    {"afterMigrateError", FLYWAY_CALLBACK_OTHER},
    {"afterMigrateOperationFinish", FLYWAY_CALLBACK_NEEDED},
    {"beforeUndo", FLYWAY_CALLBACK_NEEDED},
    {"beforeEachUndo", FLYWAY_CALLBACK_NEEDED},
    {"beforeEachUndoStatement", FLYWAY_CALLBACK_NEEDED},
    {"afterEachUndoStatement", FLYWAY_CALLBACK_NEEDED},
    {"afterEachUndoStatementError", FLYWAY_CALLBACK_OTHER},
    {"afterEachUndo", FLYWAY_CALLBACK_NEEDED},
    {"afterEachUndoError", FLYWAY_CALLBACK_OTHER},
    {"afterUndo", FLYWAY_CALLBACK_NEEDED},
    {"afterUndoError", FLYWAY_CALLBACK_OTHER},
    {"beforeValidate", FLYWAY_CALLBACK_NEEDED},
    {"afterValidate", FLYWAY_CALLBACK_NEEDED},
    {"afterValidateError", FLYWAY_CALLBACK_OTHER},
    {"createSchema", FLYWAY_CALLBACK_NEEDED},
    {"beforeCreateSchema", FLYWAY_CALLBACK_NEEDED},
    {"beforeConnect", FLYWAY_CALLBACK_NEEDED},
    {"afterConnect", FLYWAY_CALLBACK_NEEDED},
    {"beforeClean", FLYWAY_CALLBACK_OTHER},
    {"afterClean", FLYWAY_CALLBACK_OTHER},
    {"afterCleanError", FLYWAY_CALLBACK_OTHER},
    {"beforeBaseline", FLYWAY_CALLBACK_OTHER},
    {"afterBaseline", FLYWAY_CALLBACK_OTHER},
    {"afterBaselineError", FLYWAY_CALLBACK_OTHER},
    {"beforeRepair", FLYWAY_CALLBACK_OTHER},
    {"afterRepair", FLYWAY_CALLBACK_OTHER},
    {"afterRepairError", FLYWAY_CALLBACK_OTHER},
    {"beforeInfo", FLYWAY_CALLBACK_OTHER},
    {"afterInfo", FLYWAY_CALLBACK_OTHER},
    {"afterInfoError", FLYWAY_CALLBACK_OTHER},
    {"afterInfoOperationFinish", FLYWAY_CALLBACK_OTHER},
};

FlywayCallback flyway_callback_find(Str base)
{
    ptrdiff_t separator = str_find(base, STR("__"));
    Str event = separator < 0 ? base : (Str){base.p, (size_t)separator};
    for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++)
        if (str_eq(event, str_from(EVENTS[i].name)))
            return EVENTS[i].kind;
    return FLYWAY_NO_CALLBACK;
}
