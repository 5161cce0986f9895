// The lists that a careful team goes through before a change and behind it, filled in: an item is
// ticked by the measurement that proves it, is open with what would prove it, or is named as one
// that a person has to tick.
// Refuses to measure. Invariant: nothing is ticked without a proof in words.
#pragma once

#include "check/approval.h"
#include "check/backup.h"

typedef enum ChecklistState {
    CHECKLIST_PROVEN, // `proof` says by what
    CHECKLIST_OPEN,   // it could be measured, and is not so: `proof` says what to type, or what is
    CHECKLIST_PERSON, // only a person can know
} ChecklistState;

const char *checklist_state_word(ChecklistState state); // "proven", "open", "person"

typedef struct ChecklistItem {
    const char *section; // "tried", "risk", "backup", ...
    const char *text;
    ChecklistState state;
    const char *proof; // NULL: of a person's
} ChecklistItem;

typedef struct Checklist {
    VEC(ChecklistItem) items; // those of one section stand together
} Checklist;

// What is known. Whatever is NULL was not looked at.
typedef struct ChecklistFacts {
    const Plan *plan; // with risk_of_plan behind it, where has_risk
    bool has_risk;
    RiskLevel risk;
    const EvidenceVerdict *rehearsal;
    const ApprovalVerdict *approval;
    const char *backup;       // the one that up makes first, in words; NULL: not known
    bool has_backup;          // it makes one, or one is fresh enough
    BackupLevel backup_level; // that it is proven to
    const char *backup_keep;  // "30d": how long backups stay; NULL: not known
    const CheckList *preflight;
    const CheckList *postflight;
    const char *place; // " --env production": to be typed behind commands
} ChecklistFacts;

void checklist_before(Arena *arena, const ChecklistFacts *facts, Checklist *ret_list);
void checklist_behind(Arena *arena, const ChecklistFacts *facts, Checklist *ret_list);
