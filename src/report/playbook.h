// A plan as a playbook in Markdown, for a pull request: what runs, how risky it is, what it locks,
// how long it takes, the backup, the steps, the way back with its proof, who decides what, the
// lists before and behind, who has approved.
// Refuses to judge, and to guess: what is not known is said to be so. Invariant: no text of
// anybody's can break it.
#pragma once

#include "check/checklist.h"
#include "report/plan_report.h"

typedef struct Playbook {
    const PlanReport *report;
    const ChecklistFacts *facts;
    const char *environment; // NULL: none was named
    const char *on_failure;  // what up does when something behind it fails; NULL: it stops
} Playbook;

void playbook_markdown(Arena *arena, FILE *stream, const Playbook *playbook);
json_t *checklist_json(const Checklist *list); // a list of {"section", "text", "state", "proof"}
