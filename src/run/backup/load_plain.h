// A plain dump through psql, decompressed and cut into statements by us.
// Refuses to hand on anything but statements and rows: no command for psql reaches it. Invariant:
// the lines that psql counts are those of the dump.
#pragma once

#include "run/backup/load.h"

bool load_plain(Arena *arena, const Backup *backup, const Session *into, const LoadOptions *options,
                Err *err) __attribute__((warn_unused_result));
