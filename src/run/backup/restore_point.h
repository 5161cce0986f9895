// A named place in the WAL to which point-in-time recovery can go back.
// Refuses to judge whether WAL is archived. Invariant: where none may be written nothing is, and
// the reason is given.
#pragma once

#include "pg/session.h"

// `ret_lsn` gets its place ("0/1930C8A8"); NULL: none was written, and `ret_why` says why (a
// standby, wal_level, missing rights). Not in a transaction that may be undone: the WAL keeps it.
bool backup_restore_point(Arena *arena, Session *session, const char *name, const char **ret_lsn,
                          const char **ret_why, Err *err) __attribute__((warn_unused_result));
