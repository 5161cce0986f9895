// Migrations called by their name, or by a tag of a plan, in place of their version.
#include "base/text.h"
#include "check/status.h"

#include <string.h>

static const char *name_of(const StatusEntry *entry)
{
    return entry->migration ? entry->migration->name : entry->applied->name;
}

static bool has_tag(const StatusEntry *entry, Str tag)
{
    const char *const *tags = entry->migration ? entry->migration->tags : NULL;
    for (; tags && *tags; tags++)
        if (str_eq(str_from(*tags), tag))
            return true;
    return false;
}

static const StatusEntry *find_tag(const Status *status, Str tag)
{
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (has_tag(entry, tag))
            return entry;
    return NULL;
}

static bool refuse_ambiguous(const Status *status, Str name, Err *err)
{
    TEXT_SCOPED versions;
    text_init(&versions, 512);
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (str_eq(str_from(name_of(entry)), name))
            text_printf(&versions, "%s%s", versions.len ? ", " : "", status_version(entry));
    fail(err, ERR_CONFIG, "several migrations are called \"" STR_FMT "\": versions %s",
         STR_ARG(name), text_cstr(&versions));
    return err_hint(err, "give the version");
}

// The only one of this name; up to `last`, where a tag says so, the last one.
static bool find_name(const Status *status, Str name, const StatusEntry *last,
                      const StatusEntry **ret_entry, Err *err)
{
    const StatusEntry *found = NULL;
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (str_eq(str_from(name_of(entry)), name)) {
            if (found && !last)
                return refuse_ambiguous(status, name, err);
            found = entry;
        }
        if (entry == last)
            break;
    }
    *ret_entry = found;
    return true;
}

bool status_find_name(const Status *status, const char *text, const StatusEntry **ret_entry,
                      Err *err)
{
    Str name = str_until(str_from(text), '@');
    bool has_at = name.n < strlen(text);
    const StatusEntry *tagged = has_at ? find_tag(status, str_from(text + name.n + 1)) : NULL;
    *ret_entry = NULL;
    if (has_at && tagged && !name.n)
        *ret_entry = tagged;
    if (has_at && (!tagged || !name.n))
        return true;
    return !name.n || find_name(status, name, tagged, ret_entry, err);
}
