// A backup, which is proven by being restored.
#include "run/rehearse/place_private.h"

#include "run/backup/verify.h"

static bool create_like_backup(RehearsalPlace *place, Err *err)
{
    const BackupManifest *manifest = place->backup.manifest;
    DatabaseKind kind = {0};
    if (manifest)
        kind = database_kind_of(manifest);
    return place_server_create(place, &kind, err);
}

// What was compared before, and has the same bytes, is not compared again.
static BackupLevel level_to_prove(const RehearsalPlace *place)
{
    const BackupManifest *manifest = place->backup.manifest;
    const char *why;
    bool is_proven = manifest && manifest->level >= BACKUP_EQUAL;
    BackupLevel most = backup_verify_most(&place->backup, &why);
    return is_proven || !place->superuser_url || most < BACKUP_EQUAL ? BACKUP_RESTORED
                                                                     : BACKUP_EQUAL;
}

// What a copy with equal rows has: nobody has to read them again.
static const DataFacts *facts_of(const RehearsalPlace *place, BackupLevel proven)
{
    const BackupManifest *manifest = place->backup.manifest;
    if (!manifest || manifest->content != BACKUP_ALL || manifest->server_major != place->major ||
        (proven < BACKUP_EQUAL && manifest->level < BACKUP_EQUAL) || !manifest->data.algorithm ||
        backup_digests_are_older(&place->backup))
        return NULL;
    VEC_EACH (const TableFact, table, &manifest->data.tables)
        if (!table->digest && !table->is_refreshed)
            return NULL;
    return &manifest->data;
}

static bool restore(RehearsalPlace *place, Err *err)
{
    SESSION_SCOPED session = NULL;
    VerifyOptions options = {
        .level = level_to_prove(place),
        .place = place->client,
        .jobs = place->options.jobs,
        .own_schema = place_own_schema(place),
        .sink = place->options.sink,
    };
    VerifyResult result;
    if (!place_open_copy(place, &session, err))
        return false;
    VerifyInto into = {
        .session = session,
        .url = place->superuser_url ? place->superuser_url : place->url,
        .is_throwaway = place->cluster != NULL,
        .has_roles = place->target && place->cluster,
    };
    if (!backup_verify_into(place->arena, &place->backup, &options, &into, &result, err))
        return err_note(err, "backup %s", backup_name(&place->backup));
    place->facts = facts_of(place, result.level);
    return true;
}

// It is loaded with its owners: without them there would be nothing to compare.
static bool check_rights(const RehearsalPlace *place, Err *err)
{
    if (place->cluster || place->is_superuser)
        return true;
    fail(err, ERR_CONFIG, "a backup is restored by a superuser, which %s is not there",
         place->copy.role);
    return err_hint(err, "leave --on out, name a superuser in its URL, or take --from dump");
}

bool place_fill_from_backup(RehearsalPlace *place, Err *err)
{
    return check_rights(place, err) && place_server_check_room(place, place->size_bytes, err) &&
           create_like_backup(place, err) && restore(place, err);
}
