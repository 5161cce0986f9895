// The parts of a run's page: what they share.
// Refuses to be used by others than report/run_page*.c. Invariant: a slot is filled only by a piece
// that is put where what it tells of is set.
#pragma once

#include "report/page.h"
#include "report/run_facts.h"

typedef struct RunPage {
    Page page;
    Arena *arena;
    const RunReport *report;
    int64_t total_ms; // of the timeline; not 0
    Words todo;
    // What the piece at hand tells of.
    const RunPhase *phase;
    const RunStep *step;
    const RunLock *lock;
    const RunWait *wait;
    const RunError *error;
    const RunChecks *checks;
    const char *checks_id;
    const char *checks_heading;
    const RunCheck *check;
    const RunApproval *approval;
    const RunHook *hook;
    const char *fact_name;
    const char *fact_text;
} RunPage;

extern const PageSlot RUN_TIME_SLOTS[];  // run_page_time.c
extern const PageSlot RUN_STEP_SLOTS[];  // run_page_step.c
extern const PageSlot RUN_CHECK_SLOTS[]; // run_page_check.c

void run_page_fact(RunPage *page, const char *name, const char *text); // "" and NULL: left out
void run_page_code(RunPage *page, const char *name, const char *text); // the same, as code
void run_page_error(RunPage *page, const RunError *error);             // an item of a list
void run_page_checks(RunPage *page, const RunChecks *checks, const char *id, const char *heading);
void run_page_notices(RunPage *page, const RunNotices *notices);
