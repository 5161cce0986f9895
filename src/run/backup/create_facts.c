#include "base/text.h"
#include "pg/session_link.h"
#include "queries.h"
#include "run/backup/create_private.h"
#include "run/backup/server_identity.h"

// "150020" as "15.20".
static const char *server_version(Arena *arena, const Session *session)
{
    int number = session_server_version(session);
    return arena_printf(arena, "%d.%d", number / 10000, number % 10000);
}

static bool read_database(Creation *creation, Err *err)
{
    BackupManifest *manifest = &creation->manifest;
    Rows rows;
    ServerIdentity identity;
    if (!server_identity_read(creation->arena, creation->session, &identity, err) ||
        !session_query(creation->session, creation->arena, QUERY_BACKUP_DATABASE.text, 0, NULL,
                       &rows, err))
        return false;
    REQUIRE(rows.count == 1);
    manifest->database = rows_text(&rows, 0, 0);
    manifest->encoding = rows_text(&rows, 0, 1);
    manifest->collate = rows_text(&rows, 0, 2);
    manifest->ctype = rows_text(&rows, 0, 3);
    manifest->locale_provider = rows_text(&rows, 0, 4);
    manifest->locale = rows_text(&rows, 0, 5);
    manifest->wal_lsn = rows_text(&rows, 0, 6);
    manifest->system_identifier = identity.system_identifier;
    manifest->timeline = identity.timeline;
    manifest->archive = (ArchiveFacts){
        .mode = rows_text(&rows, 0, 7),
        .is_configured = rows_bool(&rows, 0, 8),
        .last_archived_wal = rows_text(&rows, 0, 9),
        .last_archived_at = rows_text(&rows, 0, 10),
        .failed_count = rows_int(&rows, 0, 11),
    };
    return true;
}

static bool read_extensions(Creation *creation, Err *err)
{
    Rows rows;
    if (!session_query(creation->session, creation->arena, QUERY_BACKUP_EXTENSIONS.text, 0, NULL,
                       &rows, err))
        return false;
    for (size_t row = 0; row < rows.count; row++)
        *vec_append(creation->arena, &creation->manifest.extensions) = (ExtensionFact){
            .name = rows_text(&rows, row, 0),
            .version = rows_text(&rows, row, 1),
            .schema = rows_text(&rows, row, 2),
        };
    return true;
}

static bool read_statements(Creation *creation, const Query *query, Rows *ret_rows, Err *err)
{
    return session_query(creation->session, creation->arena, query->text, 0, NULL, ret_rows, err);
}

bool create_read_facts(Creation *creation, Err *err)
{
    BackupManifest *manifest = &creation->manifest;
    Session *session = creation->session;
    Rows roles;
    Rows settings;
    manifest->extensions.len = manifest->roles.len = manifest->settings.len = 0;
    manifest->host = arena_strdup(creation->arena, session_host(session));
    manifest->user = arena_strdup(creation->arena, session_user(session));
    manifest->server_version = server_version(creation->arena, session);
    manifest->server_major = session_server_major(session);
    manifest->dump_version = creation->dump.tool.version;
    if (!read_database(creation, err) || !read_extensions(creation, err) ||
        !read_statements(creation, &QUERY_BACKUP_ROLES, &roles, err) ||
        !read_statements(creation, &QUERY_BACKUP_SETTINGS, &settings, err))
        return err_note(err, "reading what the manifest says of %s", session_target(session));
    for (size_t row = 0; row < roles.count; row++)
        *vec_append(creation->arena, &manifest->roles) = rows_text(&roles, row, 0);
    for (size_t row = 0; row < settings.count; row++)
        *vec_append(creation->arena, &manifest->settings) = rows_text(&settings, row, 0);
    return true;
}
