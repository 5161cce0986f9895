// Which run or rehearsal `report` is about: named by its file, its id or digest, or as the last.
// Refuses to write reports. Invariant: what is named in two ways is an error, never a guess.
#pragma once

#include "check/evidence.h"
#include "check/run_report.h"
#include "cli/command.h"

// What can be reported: one of the two is not NULL.
typedef struct Reported {
    const RunReport *run;
    const Rehearsal *rehearsal;
    const char *path;   // NULL: a run that only the log knows of
    const char *digest; // of a rehearsal
} Reported;

typedef VEC(Reported) ReportedList;

// `what`: "latest", "run", "rehearsal", an id, a digest, the beginning of one, a path. ERR_CONFIG:
// there is none, or several; ERR_CHECK: the file is none of ours, or damaged.
bool report_find(const Context *context, const char *what, Reported *ret_reported, Err *err)
    __attribute__((warn_unused_result));
// All that there are, newest first.
bool report_list(const Context *context, ReportedList *ret_list, Err *err)
    __attribute__((warn_unused_result));
const char *report_time(const Reported *reported); // RFC 3339: it began, it was made
const char *report_id(const Reported *reported);   // run id, digest
