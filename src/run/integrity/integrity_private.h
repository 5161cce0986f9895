// What the files of an examination share; nobody else includes it.
// Knows one examination at work; refuses reports. Invariant: between two jobs no session holds a
// lock on a table.
#pragma once

#include "run/integrity/integrity.h"

#define INTEGRITY_SAVEPOINT "migrate_safe_integrity"

typedef struct Scoped {
    const char *oid;
    const char *name; // quoted and qualified
    char kind;        // as pg_class.relkind
    int64_t bytes;    // of its main fork, as the server last counted it
    const char *key;  // expression over `t` that tells a row
    bool is_readable; // by this role, all rows of it, without waiting
} Scoped;

typedef struct Job {
    IntegrityId kind;
    const Scoped *relation; // NULL: none
    const char *other;      // oid of another one that is read; "0": none
    const char *object;     // for people
    const char *condition;  // of a row that is wrong; NULL: `statement` tells
    const char *screen;     // see pg/sql/integrity/rows.sql
    const char *statement;  // gives how many, and some of them as a JSON list
    const char *sampled;    // the same of :percent
    const char *shown;      // expression over `t` that tells why
    const char *reason;     // it cannot be looked at; NULL: it can
    bool is_promised;       // the server has validated it
    Words repairs;
    const char *fix;
    double percent; // of the table that is read; 0: all
    int64_t count;  // of what is wrong
    Words samples;
    bool is_broken; // its statement failed as it does for whoever uses the thing
} Job;

typedef VEC(Job) Jobs;

typedef struct Examination {
    Arena *arena;
    Session *session;
    const IntegrityOptions *options;
    CheckList *checks;
    IntegritySet kinds;
    const char *schema;
    int64_t started_us;
    VEC(Scoped) scope;
    const char *all;      // {oid, ...} that the catalogue is asked about
    const char *readable; // {oid, ...} whose rows may be read
    size_t looked_at;     // relations in `all`
    const char *snapshot; // for other sessions; NULL: there are none
    Jobs jobs;
} Examination;

bool integrity_wants(const Examination *examination, IntegrityId id);
// The transaction, its snapshot, the savepoint.
bool integrity_begin(Examination *examination, Err *err) __attribute__((warn_unused_result));
// Which relations, and a check for those that cannot be read.
bool integrity_read_scope(Examination *examination, Err *err) __attribute__((warn_unused_result));
// The catalogue's own findings.
bool integrity_read_facts(Examination *examination, Err *err) __attribute__((warn_unused_result));
// What has to be asked of the rows.
bool integrity_list_jobs(Examination *examination, Err *err) __attribute__((warn_unused_result));
// Their statements, by all sessions.
bool integrity_work(Examination *examination, Err *err) __attribute__((warn_unused_result));
// Checks of what they gave.
bool integrity_judge(Examination *examination, Err *err) __attribute__((warn_unused_result));
// To before the last query, which may have failed; our own queries see pg_catalog alone, and tell
// names in full. The jobs' statements see what their users see: functions may rely on it.
bool integrity_go_back(const Examination *examination, Err *err)
    __attribute__((warn_unused_result));
// Of BEGIN: what each of our sessions sets for its transaction.
const char *integrity_settings(Arena *arena, const Session *session);
