// The comment at the head of a down migration: what it takes back, whether that is proven, what is
// lost by it. Written by generate-rollback, read by down and validate.
// Refuses files and judgement. Invariant: what was written is read back the same, and no value in
// it ends its comment.
#pragma once

#include "base/words.h"
#include "migration/directive.h"

typedef struct RollbackHeader {
    const char *of;         // file name of the up; NULL: the text has no such header
    const char *generated;  // "2026-11-26"
    const char *proven;     // "by round trip on PostgreSQL 15.10 with 24 rows in 3 tables"; NULL:
    const char *not_proven; // why; NULL when it is proven, and in what people wrote
    Words losses;           // also of a header that people wrote: "Loses: ..."
    Words notes;            // written only: lines in words
    const char *made_from;  // checksum of the up
    Complexity complexity;  // written only
    int64_t duration_ms;    // written only
} RollbackHeader;

// From the comment lines before the first statement.
void rollback_header_read(Arena *arena, Str text, RollbackHeader *ret_header);
const char *rollback_header_text(Arena *arena, const RollbackHeader *header);
// The up is another one than the down was made from.
bool rollback_header_is_stale(const RollbackHeader *header, const char *up_checksum);
