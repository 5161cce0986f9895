// What the files of a restore share; nobody else includes it.
// Refuses policy. Invariant: every statement about a database is run from another one.
#pragma once

#include "run/backup/restore.h"

// In restore_server.c: the server's list of databases, and statements about one.
bool server_list(Arena *arena, Session *session, const char *only, ServerDatabases *ret_databases,
                 Err *err) __attribute__((warn_unused_result));
// What a role or a database has set for its own sessions (timeouts; also: to let nobody write just
// now) is not meant for this work, in which a session may be idle for hours.
bool server_settings(Session *session, Err *err) __attribute__((warn_unused_result));
// A session to another database of the same server.
bool server_connect(Arena *arena, const RestoreOptions *options, const char *database,
                    Session **ret_session, Err *err) __attribute__((warn_unused_result));
// To one that is neither of the two names: postgres, template1, or any that lets us in.
bool server_connect_beside(Arena *arena, const RestoreOptions *options, const char *live,
                           const char *copy, Session **ret_session, Err *err)
    __attribute__((warn_unused_result));
// The restore of one live database at a time, whoever connects: held until the session ends.
bool server_take_lock(Arena *arena, Session *server, const char *live, Err *err)
    __attribute__((warn_unused_result));
// What the database is to the restore of the live one `of`, from this moment on.
bool server_mark(Arena *arena, Session *server, const RestoreOptions *options, const char *database,
                 MarkerStep step, const char *of, Err *err) __attribute__((warn_unused_result));
bool server_unmark(Arena *arena, Session *server, const char *database, Err *err)
    __attribute__((warn_unused_result));
bool server_create(Arena *arena, const Restore *restore, Err *err)
    __attribute__((warn_unused_result));
// Whoever is connected there has a reason, and stands in the way; nobody has one in a half made
// copy (`is_forced`): a backend goes on with its statement when the program that sent it was
// killed.
bool server_drop(Arena *arena, Session *server, const char *database, bool is_forced, Err *err)
    __attribute__((warn_unused_result));
// Without tables and history of the user's.
bool server_is_empty(Arena *arena, const RestoreOptions *options, const char *database,
                     bool *ret_is_empty, Err *err) __attribute__((warn_unused_result));
// Where the programs find `database`: the place's own address names the live one.
ClientPlace server_place(Arena *arena, const ClientPlace *place, const char *database);

// In restore_load.c: the copy's contents, and its proof.
bool restore_load(Arena *arena, Restore *restore, Err *err) __attribute__((warn_unused_result));
// In restore_data_only.c: the schema from the folder, then rows in any order.
bool restore_load_data_only(Arena *arena, Restore *restore, Session *copy, Err *err)
    __attribute__((warn_unused_result));
// In restore_carry.c: what belongs to the database and not to an object in it; the journal.
bool carry_journal(Arena *arena, Restore *restore, Session *copy, Err *err)
    __attribute__((warn_unused_result));
bool carry_properties(Arena *arena, Restore *restore, Err *err) __attribute__((warn_unused_result));
const char *carry_comment(Arena *arena, const Restore *restore);

// The moment that the backup stands for; NULL: nothing says it.
const char *restore_moment(const Backup *backup);
void restore_step_done(const RestoreOptions *options, int64_t start_us, const char *text);
void restore_warn(Arena *arena, Restore *restore, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
