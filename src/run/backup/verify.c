#include "base/text.h"
#include "io/clock.h"
#include "run/backup/facts.h"
#include "run/backup/manifest.h"
#include "run/backup/verify_private.h"

// ---- what all levels share

void verify_tell(const Verification *verification, const char *what)
{
    event_emit(verification->options->sink, &(Event){.kind = EVENT_WORK_RUNS, .message = what});
}

void verify_note(Verification *verification, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *vec_append(verification->arena, &verification->result->notes) =
        arena_vprintf(verification->arena, format, args);
    va_end(args);
}

void verify_step_done(Verification *verification, BackupLevel level, int64_t since_us,
                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    VerifyResult *result = verification->result;
    result->steps[level] = (VerifyStep){
        .is_reached = true,
        .duration_ms = clock_elapsed_ms(since_us),
        .what = arena_vprintf(verification->arena, format, args),
    };
    va_end(args);
    result->level = level;
    result->is_any = true;
}

bool verify_refuse_differences(Verification *verification, const char *what, Err *err)
{
    const Differences *differences = &verification->result->differences;
    fail(err, ERR_CHECK, "%s: %s", what, differences->items[0]);
    TEXT_SCOPED list;
    text_init(&list, sizeof err->detail);
    VEC_EACH (const char *, line, differences)
        text_printf(&list, "%s%s", list.len ? "\n" : "", *line);
    return differences->len > 1 ? err_detail(err, "%s", text_cstr(&list)) : false;
}

// ---- levels 1 and 2

bool verify_contents(Verification *verification, bool needs_rows, Err *err)
{
    int64_t since = clock_monotonic_us();
    const Backup *backup = verification->backup;
    BackupContents *contents = &verification->contents;
    verify_tell(verification, "decoding");
    if (!contents_read(verification->arena, backup, &verification->options->place, needs_rows,
                       contents, err))
        return false;
    needs_rows |= backup->form == BACKUP_PLAIN;
    if (backup->manifest) {
        Differences *differences = &verification->result->differences;
        contents_compare(verification->arena, backup->manifest, contents, needs_rows,
                         DIFFERENCES_MOST, differences);
        if (differences->len)
            return verify_refuse_differences(verification,
                                             "the dump is not the one of the manifest", err);
    }
    int64_t rows = data_facts_rows(&contents->data);
    if (needs_rows)
        verify_step_done(verification, BACKUP_READABLE, since,
                         "decoded to the end: %lld statement%s, %lld row%s",
                         (long long)contents->statements, contents->statements == 1 ? "" : "s",
                         (long long)rows, rows == 1 ? "" : "s");
    return true;
}

// The restore has read what level 1 would have: all of it, with the same checks.
static void credit_readable(Verification *verification)
{
    if (!verification->result->steps[BACKUP_READABLE].is_reached)
        verify_step_done(verification, BACKUP_READABLE, clock_monotonic_us(),
                         "decoded to the end by the restore");
}

// Why a restore failed: bytes that cannot be decoded, or what they say.
static bool explain_restore(Verification *verification, Err *err)
{
    Err decoding = {0};
    Differences before = verification->result->differences;
    if (err->class != ERR_IO)
        return false;
    err->class = ERR_CHECK;
    err_note(err, "it cannot be restored");
    if (verification->result->steps[BACKUP_READABLE].is_reached)
        return false;
    if (!verify_contents(verification, true, &decoding) && decoding.class == ERR_CHECK)
        *err = decoding;
    else
        verification->result->differences = before;
    return false;
}

bool verify_restored(Verification *verification, Err *err)
{
    int64_t since = clock_monotonic_us();
    const VerifyPlace *place = &verification->place;
    int64_t duration_ms;
    verify_tell(verification, "restoring");
    LoadOptions options = {
        .place = place->client,
        .jobs = verification->options->jobs,
        .is_throwaway = place->into ? place->into->is_throwaway : place->cluster != NULL,
        .has_roles = place->into && place->into->has_roles,
        .contents = &verification->contents,
    };
    if (!backup_load(verification->arena, verification->backup, place->session, &options,
                     &duration_ms, err)) {
        verification->is_environment = err->class == ERR_CHECK; // roles, packages: not its fault
        if (verification->is_environment)
            err->class = ERR_CONFIG;
        return explain_restore(verification, err);
    }
    credit_readable(verification);
    verification->result->restore_ms = duration_ms;
    const char *where = place->cluster ? "into a server of our own" : "into a scratch database";
    verify_step_done(verification, BACKUP_RESTORED, since, "restored %s without an error", where);
    return true;
}

// ---- the manifest afterwards

// Reached levels count for as long as the bytes are the same, which level 0 has seen; a failure
// takes away what was wrongly believed.
static void record(Verification *verification, bool is_verified)
{
    const Backup *backup = verification->backup;
    const VerifyResult *result = verification->result;
    if (!backup->manifest)
        return;
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    BackupManifest manifest = *backup->manifest;
    bool is_less = result->level < manifest.level;
    if (!is_verified || !is_less)
        manifest.level = result->level;
    if (is_verified)
        manifest.verified_at = now;
    if (result->restore_ms)
        manifest.restore_ms = result->restore_ms;
    Err err = {0};
    if (!manifest_write(backup->manifest_path, &manifest, &err))
        verify_note(verification, "the manifest could not be written, it keeps level %s: %s",
                    backup_level_word(backup->manifest->level), err.message);
}

// ---- the ladder

bool backup_digests_are_older(const Backup *backup)
{
    const char *algorithm = backup->manifest->data.algorithm;
    return algorithm && strcmp(algorithm, FACTS_ALGORITHM) != 0;
}

BackupLevel backup_verify_most(const Backup *backup, const char **ret_why)
{
    *ret_why = NULL;
    if (!backup->manifest) {
        *ret_why = "it has no manifest, so there is nothing to compare it with";
        return BACKUP_RESTORED;
    }
    if (backup->manifest->content == BACKUP_DATA_ONLY) {
        *ret_why = "it has rows only, and no tables to restore them into";
        return BACKUP_READABLE;
    }
    if (backup_digests_are_older(backup)) {
        *ret_why = "its manifest has digests of rows as an older migrate-safe made them";
        return BACKUP_RESTORED;
    }
    return BACKUP_ACCEPTED;
}

bool verify_check_level(const Backup *backup, const VerifyOptions *options, Err *err)
{
    const char *why;
    BackupLevel most = backup_verify_most(backup, &why);
    if (options->level > most) {
        fail(err, ERR_CONFIG, "level %s cannot be tried: %s", backup_level_word(options->level),
             why);
        return err_hint(err, "--level %s", backup_level_word(most));
    }
    if (options->level == BACKUP_ACCEPTED && !options->checks.len) {
        fail(err, ERR_CONFIG, "level accepted needs checks");
        return err_hint(err, "--checks FILE, with queries that give true");
    }
    return true;
}

// Level 3 compares all rows, and what it restores it decodes: no need to do so twice; nor where
// somebody takes a copy of what was compared before.
static bool must_decode_rows(const Verification *verification)
{
    const BackupManifest *manifest = verification->backup->manifest;
    bool is_proven_copy = verification->place.into && manifest && manifest->level >= BACKUP_EQUAL;
    return verification->options->level < BACKUP_EQUAL && !is_proven_copy;
}

bool verify_climb(Verification *verification, Err *err)
{
    BackupLevel level = verification->options->level;
    if (!verify_files(verification, err))
        return false;
    if (level == BACKUP_EXISTS)
        return true;
    if (!verify_contents(verification, must_decode_rows(verification), err))
        return false;
    if (level == BACKUP_READABLE)
        return true;
    return (verification->place.into || verify_place_open(verification, err)) &&
           verify_restored(verification, err) &&
           (level < BACKUP_EQUAL || verify_equal(verification, err)) &&
           (level < BACKUP_ACCEPTED || verify_accepted(verification, err));
}

// The place stays open where it is the caller's.
static bool verify(Verification *verification, Err *err)
{
    int64_t since = clock_monotonic_us();
    if (!verify_check_level(verification->backup, verification->options, err))
        return false;
    bool is_verified = verify_climb(verification, err);
    if (!verification->place.into)
        verify_place_close(verification->arena, &verification->place);
    verification->result->duration_ms = clock_elapsed_ms(since);
    bool is_refused = !is_verified && err->class == ERR_CHECK && !verification->is_environment;
    if (is_verified || is_refused)
        record(verification, is_verified);
    return is_verified;
}

bool backup_verify(Arena *arena, const Backup *backup, const VerifyOptions *options,
                   VerifyResult *ret_result, Err *err)
{
    VerifyResult result = {0};
    Verification verification = {
        .arena = arena, .backup = backup, .options = options, .result = &result};
    bool is_verified = verify(&verification, err);
    *ret_result = result;
    return is_verified;
}

bool backup_verify_into(Arena *arena, const Backup *backup, const VerifyOptions *options,
                        const VerifyInto *into, VerifyResult *ret_result, Err *err)
{
    VerifyResult result = {0};
    Verification verification = {
        .arena = arena, .backup = backup, .options = options, .result = &result};
    REQUIRE(options->level >= BACKUP_RESTORED);
    verification.place = (VerifyPlace){
        .session = into->session, .url = into->url, .client = options->place, .into = into};
    bool is_verified = verify(&verification, err);
    *ret_result = result;
    return is_verified;
}
