// Which backups stay and which go, and why: the policy laid over what is on the shelf.
// Refuses to remove anything, and the clock (it is told what time it is). Invariant: the newest
// proven backup of each database always stays, and what somebody who was not asked may need.
#pragma once

#include "check/backup.h"

typedef struct RetentionPolicy {
    int64_t keep_ms;  // younger ones stay
    int64_t least;    // the newest that stay whatever their age
    int64_t monthly;  // months of which the last one stays
    int64_t named_ms; // how long those stay that an applied migration names; 0: always
} RetentionPolicy;

typedef struct RetentionEntry {
    const char *created_at; // RFC 3339, UTC
    const char *of;         // the database; each has its own newest ones. NULL: one database's all
    bool is_part;           // not the whole database: no proof that it can be brought back
    BackupLevel level;
    const char *named_by;  // "003 names it as its way back"; NULL: nobody does
    const char *needed_by; // why it must stay at any age; NULL: nothing
    // Of the answer.
    bool is_kept;
    const char *why;
} RetentionEntry;

// "2026-01-02T03:04:05.678Z" as milliseconds since 1970; false when it is no such text.
bool retention_time_parse(const char *text, int64_t *ret_ms);
const char *retention_age(Arena *arena, int64_t ms); // "3 days", "5 hours", "12 min"
// `entries` oldest first.
void retention_decide(Arena *arena, const RetentionPolicy *policy, int64_t now_ms,
                      RetentionEntry *entries, size_t count);
