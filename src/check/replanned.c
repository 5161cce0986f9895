#include "check/replanned.h"

#include <string.h>

static void tell_where(const Status *status, const char *name, Err *err)
{
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->migration && strcmp(entry->migration->name, name) == 0) {
            err_detail(err, "%s is version %s now", name, entry->migration->version);
            return;
        }
    err_detail(err, "%s is not in the plan any more", name);
}

bool replanned_check(const Status *status, Err *err)
{
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (!entry->is_replanned)
            continue;
        fail(err, ERR_CHECK,
             "the plan was changed above what is applied: version %s was applied "
             "as %s, and the plan has %s there",
             entry->applied->version, entry->applied->name, entry->migration->name);
        tell_where(status, entry->applied->name, err);
        return err_hint(err, "put the plan's lines back in the order in which they were applied; "
                             "what is new goes below them");
    }
    return true;
}
