// Level 3: the restored database has the rows, sequences and objects of the manifest.
#include "base/text.h"
#include "io/clock.h"
#include "run/backup/verify_private.h"
#include "run/target.h"

bool verify_differences(Verification *verification, bool is_one_session,
                        Differences *ret_differences, Err *err)
{
    const char *own = verification->options->own_schema;
    EqualOptions options = {
        .url = is_one_session ? NULL : verification->place.url,
        .jobs = verification->options->jobs,
        .own_schema = own ? own : TARGET_DEFAULT_SCHEMA,
    };
    return backup_differences(verification->arena, verification->backup,
                              verification->place.session, &options, ret_differences, err);
}

// "12 tables with 4,000 rows, 3 sequences, 40 objects"
static const char *compared(const Verification *verification)
{
    const BackupManifest *manifest = verification->backup->manifest;
    int64_t rows = data_facts_rows(&manifest->data);
    size_t tables = manifest->data.tables.len;
    size_t sequences = manifest->data.sequences.len;
    size_t objects = manifest->schema ? manifest->schema->objects.len : 0;
    return arena_printf(verification->arena,
                        "%zu table%s with %lld row%s, %zu sequence%s, %zu object%s as the manifest "
                        "says",
                        tables, tables == 1 ? "" : "s", (long long)rows, rows == 1 ? "" : "s",
                        sequences, sequences == 1 ? "" : "s", objects, objects == 1 ? "" : "s");
}

bool verify_equal(Verification *verification, Err *err)
{
    int64_t since = clock_monotonic_us();
    Session *session = verification->place.session;
    Differences *differences = &verification->result->differences;
    verify_tell(verification, "comparing rows and objects");
    const char *begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    if (!session_exec(session, begin, err) ||
        !verify_differences(verification, false, differences, err) ||
        !session_exec(session, "COMMIT", err)) {
        session_rollback(session);
        return err_note(err, "the restored database cannot be compared");
    }
    if (differences->len)
        return verify_refuse_differences(
            verification, "the restored database is not the one that was backed up", err);
    verify_step_done(verification, BACKUP_EQUAL, since, "%s", compared(verification));
    return true;
}
