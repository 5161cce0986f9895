#include "run/backup/shelf_place.h"

static const Str PREFIX = STR("backup-");

// Behind the id.
static const Str ENDINGS[] = {
    [BACKUP_DIRECTORY] = STR(""),
    [BACKUP_CUSTOM] = STR(".dump"),
    [BACKUP_PLAIN] = STR(".sql.gz"),
};

const char *shelf_bytes_path(Arena *arena, const char *folder, const char *id, BackupForm form)
{
    return arena_printf(arena, "%s/" STR_FMT "%s" STR_FMT, folder, STR_ARG(PREFIX), id,
                        STR_ARG(ENDINGS[form]));
}

const char *shelf_manifest_path(Arena *arena, const char *folder, const char *id)
{
    return arena_printf(arena, "%s/" STR_FMT "%s.json", folder, STR_ARG(PREFIX), id);
}

const char *shelf_partial_path(Arena *arena, const char *folder, const char *id)
{
    return arena_printf(arena, "%s/." STR_FMT "%s.partial", folder, STR_ARG(PREFIX), id);
}

const char *shelf_lock_path(Arena *arena, const char *folder, const char *id)
{
    return arena_printf(arena, "%s/." STR_FMT "%s.lock", folder, STR_ARG(PREFIX), id);
}

static Str between(Str name, Str prefix, Str ending)
{
    if (name.n <= prefix.n + ending.n || !str_starts(name, prefix) || !str_ends(name, ending))
        return (Str){0};
    return (Str){name.p + prefix.n, name.n - prefix.n - ending.n};
}

Str shelf_id_of_lock(const char *name)
{
    return between(str_from(name), STR(".backup-"), STR(".lock"));
}

Str shelf_id_of_manifest(const char *name)
{
    return between(str_from(name), PREFIX, STR(".json"));
}

Str shelf_id_of_bytes(const char *name, bool is_directory, BackupForm *ret_form)
{
    *ret_form = BACKUP_DIRECTORY;
    if (is_directory)
        return between(str_from(name), PREFIX, STR(""));
    for (BackupForm form = BACKUP_CUSTOM; form <= BACKUP_PLAIN; form++) {
        *ret_form = form;
        Str id = between(str_from(name), PREFIX, ENDINGS[form]);
        if (id.n)
            return id;
    }
    return (Str){0};
}
