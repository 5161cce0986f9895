// A server's sessions on one screen for people, and as a JSON document; which of them are ended.
// Refuses to judge. Invariant: text shows at most `limit` rows of each list and says how many more
// there are; the document has all of them.
#pragma once

#include "check/lock_rule.h"
#include "io/json.h"
#include "io/terminal.h"

typedef struct LockScreenReport {
    const LockScreen *screen;
    size_t limit;               // rows of a list
    int64_t older_ms;           // transactions that are open for so long are listed
    const Err *pending_unknown; // why it is not known what pending migrations want
    bool is_verbose;
} LockScreenReport;

void lock_screen_report_text(Arena *arena, const Terminal *terminal,
                             const LockScreenReport *report);
json_t *lock_screen_report_json(Arena *arena, const LockScreenReport *report);

// "pid 4711 (web, app from 10.0.0.1)": as a session is called in all texts.
const char *lock_session_name(Arena *arena, const LockSession *session);
void lock_targets_text(Arena *arena, const Terminal *terminal, const LockScreen *screen,
                       const LockTargets *targets);
json_t *lock_session_json(const LockSession *session);
