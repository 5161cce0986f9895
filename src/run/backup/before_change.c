#include "run/backup/before_change.h"

#include "base/size.h"
#include "check/retention.h"
#include "io/clock.h"
#include "io/json.h"
#include "pg/cluster_binaries.h"
#include "pg/session_link.h"
#include "queries.h"
#include "run/backup/manifest.h"
#include "run/backup/restore_point.h"
#include "run/backup/server_identity.h"
#include "run/snapshot.h"

#include <string.h>

static const int64_t RESTORE_BYTES_MAX = 10000000000; // 10 GB: above, a restore takes too long

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

// Where the role may not ask which server this is, two of the same address are taken for one.
static bool is_same_server(const BackupManifest *manifest, const Target *target,
                           const ServerIdentity *identity)
{
    if (manifest->system_identifier || identity->system_identifier)
        return is_same_text(manifest->system_identifier, identity->system_identifier);
    return is_same_text(manifest->host, session_host(target->session));
}

// Of this database, whole, at this version, proven enough, young enough.
static bool may_count(const BackupManifest *manifest, const Target *target,
                      const ServerIdentity *identity, const BeforeChangeOptions *options,
                      const BeforeChange *change, int64_t now_ms)
{
    int64_t created_ms;
    return strcmp(manifest->database, target->database) == 0 &&
           is_same_server(manifest, target, identity) &&
           is_same_text(manifest->migration_version, options->create.migration_version) &&
           manifest->content == BACKUP_ALL && manifest->level >= change->level &&
           retention_time_parse(manifest->created_at, &created_ms) &&
           now_ms - created_ms < options->fresh_ms;
}

static bool is_same_schema(const Snapshot *then, const Snapshot *now)
{
    return then && then->gaps.len == 0 && now->gaps.len == 0 &&
           strcmp(then->fingerprint, now->fingerprint) == 0;
}

static bool find_fresh(Arena *arena, const Target *target, const ServerIdentity *identity,
                       const BeforeChangeOptions *options, BeforeChange *change, Err *err)
{
    Shelf shelf;
    Snapshot schema;
    bool has_schema = false;
    char now[CLOCK_TEXT];
    int64_t now_ms;
    clock_now_rfc3339(now);
    if (!options->fresh_ms || !retention_time_parse(now, &now_ms))
        return true;
    if (!shelf_load(arena, options->create.folder, &shelf, err))
        return false;
    for (size_t i = shelf.backups.len; i-- > 0;) {
        const Backup *backup = &shelf.backups.items[i];
        if (!may_count(backup->manifest, target, identity, options, change, now_ms))
            continue;
        if (!has_schema && !snapshot_take(arena, target->session, target->schema, &schema, err))
            return false;
        has_schema = true;
        if (!is_same_schema(backup->manifest->schema, &schema))
            continue;
        change->need = BACKUP_IS_FRESH;
        change->backup = *backup;
        change->level = backup->manifest->level;
        change->restore_ms = backup->manifest->restore_ms;
        return true;
    }
    return true;
}

// A backup can only be restored where there are server programs of that major.
static bool has_server(const Target *target)
{
    ARENA_SCOPED arena = arena_new();
    ServerUser user;
    ServerBinaries binaries;
    Err ignored = {0};
    return server_user_find(arena, &user, &ignored) &&
           server_binaries_find(arena, &user, NULL, session_server_major(target->session),
                                &binaries, &ignored);
}

static void choose_level(Arena *arena, const Target *target, const BeforeChangeOptions *options,
                         BeforeChange *change)
{
    if (options->has_level)
        change->level = options->verify.level;
    else if (change->database_bytes > RESTORE_BYTES_MAX)
        change->why_less = "above 10 GB it is not restored unless backup-level says so";
    else if (!has_server(target))
        change->why_less =
            arena_printf(arena, "no server programs of PostgreSQL %d are here to restore it",
                         session_server_major(target->session));
    if (!options->has_level)
        change->level = change->why_less ? BACKUP_READABLE : BACKUP_RESTORED;
}

bool before_change_decide(Arena *arena, const Target *target, const Plan *plan,
                          const BeforeChangeOptions *options, BeforeChange *ret_change, Err *err)
{
    ServerIdentity identity;
    BeforeChange change = {.need = BACKUP_IS_NEEDED, .content = options->create.content};
    if (options->skipped_by || !target->has_user_tables) {
        change.need = target->has_user_tables ? BACKUP_IS_SKIPPED : BACKUP_IS_NOT_NEEDED;
        *ret_change = change;
        return true;
    }
    if (!server_identity_read(arena, target->session, &identity, err) ||
        !target_size(arena, target, &change.database_bytes, err))
        return false;
    choose_level(arena, target, options, &change);
    if (change.content == BACKUP_AFFECTED) {
        if (!affected_find(arena, target, plan, &change.affected, err))
            return false;
        change.content = change.affected.is_known ? BACKUP_AFFECTED : BACKUP_ALL;
    }
    if (!find_fresh(arena, target, &identity, options, &change, err))
        return false;
    *ret_change = change;
    return true;
}

static bool record(Arena *arena, const Target *target, const char *run_id, const char *event,
                   const json_t *detail, Err *err)
{
    Rows rows;
    const char *parameters[] = {run_id, event, json_line(arena, detail)};
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_RECORD_BACKUP, target->schema), 3,
                         parameters, &rows, err);
}

static bool record_backup(Arena *arena, const Target *target, const BeforeChangeOptions *options,
                          const BeforeChange *change, Err *err)
{
    JSON_SCOPED detail = json_object();
    const BackupManifest *manifest = change->backup.manifest;
    json_put(detail, "command", json_cstr(options->create.reason));
    json_put(detail, "backup_id", json_cstr(manifest->id));
    json_put(detail, "path", json_cstr(change->backup.path));
    json_put(detail, "content", json_cstr(backup_content_word(manifest->content)));
    json_put(detail, "level", json_cstr(backup_level_word(change->level)));
    json_put(detail, "size_bytes", json_integer(manifest->size_bytes));
    json_put(detail, "restore_point", json_cstr(change->restore_point));
    return record(arena, target, options->create.run_id,
                  change->need == BACKUP_IS_FRESH ? "backup_counts" : "backup", detail, err);
}

static bool record_skip(Arena *arena, const Target *target, const BeforeChangeOptions *options,
                        const BeforeChange *change, Err *err)
{
    JSON_SCOPED detail = json_object();
    json_put(detail, "command", json_cstr(options->create.reason));
    json_put(detail, "by", json_cstr(options->skipped_by));
    json_put(detail, "restore_point", json_cstr(change->restore_point));
    return record(arena, target, options->create.run_id, "backup_skipped", detail, err);
}

// What counts must still be what its manifest says: it is about to be relied on.
static bool check_bytes(const Backup *backup, Err *err)
{
    ARENA_SCOPED arena = arena_new();
    BackupManifest now = *backup->manifest;
    if (!backup_measure(arena, backup->path, &now, err))
        return false;
    bool is_same = now.files.len == backup->manifest->files.len;
    for (size_t i = 0; is_same && i < now.files.len; i++)
        is_same = strcmp(now.files.items[i].path, backup->manifest->files.items[i].path) == 0 &&
                  strcmp(now.files.items[i].sha256, backup->manifest->files.items[i].sha256) == 0;
    if (is_same)
        return true;
    fail(err, ERR_CHECK, "backup %s was changed since it was made", backup->manifest->id);
    return err_hint(err, "see what is wrong: migrate-safe backup verify %s", backup->manifest->id);
}

static bool run_hook(Arena *arena, const BeforeChangeOptions *options, HookMoment moment,
                     const Hook *hook, const Backup *backup, Err *err)
{
    HookFacts facts = options->hooks.facts;
    facts.backup = backup;
    return hook_run(arena, hook_word(moment), hook, &facts, options->create.sink, err);
}

static bool before_backup(Arena *arena, const BeforeChangeOptions *options, Err *err)
{
    return run_hook(arena, options, HOOK_BEFORE_BACKUP, &options->hooks.before, NULL, err);
}

static bool after_backup(Arena *arena, const BeforeChangeOptions *options,
                         const BeforeChange *change, Err *err)
{
    return run_hook(arena, options, HOOK_AFTER_BACKUP, &options->hooks.after, &change->backup, err);
}

static bool make_backup(Arena *arena, const Target *target, const BeforeChangeOptions *options,
                        BeforeChange *change, Err *err)
{
    CreateOptions create = options->create;
    VerifyOptions verify = options->verify;
    VerifyResult verified = {0};
    create.content = change->content;
    VEC_EACH (const char *const, relation, &change->affected.relations)
        *vec_append(arena, &create.affected) = *relation;
    if (!before_backup(arena, options, err) ||
        !backup_create(arena, target, &create, &change->backup, err))
        return false;
    const char *why;
    BackupLevel most = backup_verify_most(&change->backup, &why);
    verify.level = options->has_level || change->level < most ? change->level : most;
    if (!backup_verify(arena, &change->backup, &verify, &verified, err)) {
        if (err->class == ERR_CHECK)
            err_note(err, "the backup that was made is not %s", backup_level_word(verify.level));
        return false;
    }
    change->level = verified.level;
    change->restore_ms = verified.restore_ms;
    return after_backup(arena, options, change, err);
}

// Where WAL is archived the database can go back to just before the first statement.
static bool write_restore_point(Arena *arena, const Target *target,
                                const BeforeChangeOptions *options, BeforeChange *change, Err *err)
{
    const char *name = arena_printf(arena, "migrate_safe_%s", options->create.run_id);
    bool is_written;
    if (!backup_restore_point(arena, target->session, name, &is_written, err))
        return false;
    change->restore_point = is_written ? name : NULL;
    return true;
}

// Verified meanwhile: what stands in the file now is kept.
static bool name_restore_point(Arena *arena, const BeforeChange *change, Err *err)
{
    BackupManifest manifest;
    if (!change->restore_point)
        return true;
    if (!manifest_read(arena, change->backup.manifest_path, &manifest, err))
        return false;
    manifest.archive.restore_point = change->restore_point;
    return manifest_write(change->backup.manifest_path, &manifest, err);
}

bool before_change_make(Arena *arena, const Target *target, const BeforeChangeOptions *options,
                        BeforeChange *change, Err *err)
{
    switch (change->need) {
    case BACKUP_IS_SKIPPED:
        return write_restore_point(arena, target, options, change, err) &&
               record_skip(arena, target, options, change, err);
    case BACKUP_IS_NOT_NEEDED:
        return true;
    case BACKUP_IS_FRESH: // its own hook may have failed: then it never came to the other place
        return check_bytes(&change->backup, err) && target_keep_session(target, true, err) &&
               after_backup(arena, options, change, err) &&
               target_keep_session(target, false, err) &&
               write_restore_point(arena, target, options, change, err) &&
               record_backup(arena, target, options, change, err);
    case BACKUP_IS_NEEDED:
        return target_keep_session(target, true, err) &&
               make_backup(arena, target, options, change, err) &&
               target_keep_session(target, false, err) &&
               write_restore_point(arena, target, options, change, err) &&
               name_restore_point(arena, change, err) &&
               record_backup(arena, target, options, change, err);
    }
    return true;
}

static const char *proof_words(BackupLevel level)
{
    static const char *const WORDS[] = {
        [BACKUP_EXISTS] = "not proven",
        [BACKUP_READABLE] = "read to its end",
        [BACKUP_RESTORED] = "restored for proof",
        [BACKUP_EQUAL] = "restored and compared row by row",
        [BACKUP_ACCEPTED] = "restored, compared and accepted by the checks",
    };
    return WORDS[level];
}

static const char *content_words(Arena *arena, const BeforeChange *change)
{
    switch (change->content) {
    case BACKUP_ALL:
        return change->affected.why_not
                   ? arena_printf(arena, "everything (%s)", change->affected.why_not)
                   : "everything";
    case BACKUP_SCHEMA_ONLY:
        return "the schema without rows";
    case BACKUP_DATA_ONLY:
        return "rows without the schema";
    case BACKUP_AFFECTED:
        return arena_printf(arena, "the schema and the rows of %zu %s",
                            change->affected.relations.len,
                            change->affected.relations.len == 1 ? "table" : "tables");
    case BACKUP_TABLES:
        break;
    }
    return "some tables";
}

const char *before_change_sentence(Arena *arena, const BeforeChangeOptions *options,
                                   const BeforeChange *change)
{
    switch (change->need) {
    case BACKUP_IS_SKIPPED:
        return arena_printf(arena, "none (%s)", options->skipped_by);
    case BACKUP_IS_NOT_NEEDED:
        return "none: there are no tables to lose yet";
    case BACKUP_IS_FRESH:
        return arena_printf(arena, "%s is fresh enough, %s", change->backup.manifest->id,
                            proof_words(change->level));
    case BACKUP_IS_NEEDED:
        break;
    }
    return arena_printf(arena, "%s, %s of %s, %s%s%s%s, into %s",
                        backup_form_word(options->create.form), content_words(arena, change),
                        size_text(arena, change->database_bytes), proof_words(change->level),
                        change->why_less ? " (" : "", change->why_less ? change->why_less : "",
                        change->why_less ? ")" : "", options->create.folder);
}

const char *before_change_proof(Arena *arena, const BeforeChange *change)
{
    const char *time = change->restore_ms
                           ? arena_printf(arena, " (its restore took %lld.%lld s)",
                                          (long long)(change->restore_ms / 1000),
                                          (long long)(change->restore_ms % 1000 / 100))
                           : "";
    return arena_printf(arena, "%s, %s%s", change->backup.manifest->id, proof_words(change->level),
                        time);
}
