// A named place in the WAL to which point-in-time recovery can go back.
// Refuses to judge whether WAL is archived. Invariant: where none may be written nothing is.
#pragma once

#include "pg/session.h"

// `ret_is_written` false: there is none (a standby, wal_level minimal, missing rights). Not in a
// transaction that may be undone: the WAL keeps it.
bool backup_restore_point(Arena *arena, Session *session, const char *name, bool *ret_is_written,
                          Err *err) __attribute__((warn_unused_result));
