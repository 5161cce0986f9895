// Does a rehearsal stand for what is about to run.
// Refuses to read files (run/rehearse/evidence.h does), the schema and the clock. Invariant:
// evidence stands only where nothing that it is bound to differs; each thing that does is named.
#pragma once

#include "check/plan.h"
#include "check/rehearsal.h"

typedef struct Evidence {
    const char *path;
    const char *digest; // 64 hex digits
    const Rehearsal *rehearsal;
} Evidence;

typedef enum EvidenceNeed {
    EVIDENCE_OFF,
    EVIDENCE_WANTED,   // without it there is a warning
    EVIDENCE_REQUIRED, // without it nothing is run
} EvidenceNeed;

const char *evidence_need_word(EvidenceNeed need); // "off", "wanted", "required"
bool evidence_need_parse(const char *word, EvidenceNeed *ret_need);

typedef struct EvidencePolicy {
    EvidenceNeed need;
    int64_t max_age_ms; // 0: any age
    bool wants_data;    // a copy with the database's own rows: not generated, not empty
} EvidencePolicy;

// What is about to run, and where.
typedef struct EvidenceRun {
    const Plan *plan;        // of ups
    const char *fingerprint; // of the target's schema; NULL: it is not compared
    const char *unread;      // why the schema could not be read; NULL: it was, or need not be
    int server_major;        // 0: not compared
    int64_t database_bytes;  // -1: not known
    int64_t now_ms;          // since 1970
    const char *tool_version;
    EvidencePolicy policy;
} EvidenceRun;

// What differs, a clause each; none: it stands.
void evidence_differences(Arena *arena, const Evidence *evidence, const EvidenceRun *run,
                          Words *ret_differences);
// "2 hours old".
const char *evidence_age(Arena *arena, const Rehearsal *rehearsal, int64_t now_ms);

// The migrations of the plan, as they were rehearsed: how long they took there, and the range that
// is expected here. -1: not known.
typedef struct EvidenceTime {
    int64_t took_ms;
    int64_t low_ms;
    int64_t high_ms;
} EvidenceTime;

EvidenceTime evidence_time(const Rehearsal *rehearsal, const Plan *plan);

// The answer for a plan.
typedef struct EvidenceVerdict {
    bool is_judged;       // there was something to judge, or the policy asks for it
    bool stands;          // then `evidence` does
    Evidence evidence;    // else the nearest; its digest is NULL where there is none at all
    Words differences;    // of the nearest
    EvidenceNeed need;    // of the policy
    const char *unusable; // why a file that should be evidence is none; NULL: there is no such one
    size_t looked_at;     // how many there are
    const char *age;
    EvidenceTime time;
} EvidenceVerdict;

// `evidence` newest first; the newest that stands is taken, else the one that differs least.
void evidence_judge(Arena *arena, const Evidence *evidence, size_t count, const EvidenceRun *run,
                    EvidenceVerdict *ret_verdict);
// Says in `err` that none stands (ERR_CHECK), and what differs; `where` is what asks for it.
// Returns false.
bool evidence_refuse(Arena *arena, const EvidenceVerdict *verdict, const char *where, Err *err);
