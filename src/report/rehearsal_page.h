// The parts of a rehearsal's page: what they share.
// Refuses to be used by others than report/rehearsal_page*.c. Invariant: a slot is filled only by a
// piece that is put where what it tells of is set.
#pragma once

#include "check/rehearsal.h"
#include "report/page.h"
#include "report/rehearsal_facts.h"
#include "report/rehearsal_timeline.h"

typedef struct RehearsalPage {
    Page page;
    Arena *arena;
    const Rehearsal *rehearsal;
    const char *digest; // of the evidence; NULL: none
    RehearsalCounts counts;
    // What the piece at hand tells of.
    const RehearsedMigration *migration;
    const RehearsedWay *way;
    const Timeline *timeline;
    const TimelineRow *row;
    const TraceStatement *statement;
    TraceSpan span; // of the statement, in the timeline
    size_t place;   // of the statement, in the trace
    const RehearsalFinding *finding;
    const ConstraintProbe *probe;
    const char *heading; // of a list
    const Words *lines;
    const char *fact_name;
    const char *fact_text;
} RehearsalPage;

extern const PageSlot PAGE_MIGRATION_SLOTS[]; // rehearsal_page_migration.c
extern const PageSlot PAGE_WAY_SLOTS[];       // rehearsal_page_way.c

void rehearsal_page_fact(RehearsalPage *page, const char *name, const char *text); // "" is left out
void rehearsal_page_list(RehearsalPage *page, const Words *lines);
void rehearsal_page_findings(RehearsalPage *page, const RehearsedMigration *migration,
                             const RehearsalFindings *findings);
// Its statements and who waited for them; nothing of a way that was not run.
void rehearsal_page_way(RehearsalPage *page, const RehearsedWay *way);
