// A fix: the steps that do what a statement does, without what a finding says of it.
// Refuses to know files (divide.h puts steps into them). Invariant: all steps, each done, leave the
// schema that the statement would have left; a fix without steps says why it has none.
#pragma once

#include "check/rules/rule.h"
#include "check/statement_item.h"

typedef enum FixPlace {
    FIX_HERE,  // where the statement stands, in its transaction
    FIX_LONG,  // in a later transaction: reads all rows and blocks nobody
    FIX_ROWS,  // in a later transaction: writes many rows, which are locked until it ends
    FIX_SHORT, // in a later transaction: an instant
    FIX_ALONE, // outside of transactions
    // In a file that is kept beside the migrations until somebody takes it among them: only people
    // know when no code of the release before runs any more. The last step.
    FIX_CONTRACT,
} FixPlace;

typedef struct FixStep {
    FixPlace place;
    const char *title; // for the name of a file that it gets: "validate"
    const char *sql;   // one statement or several, each with its semicolon
    // Makes a second attempt right, where it can stand in one file with `sql`; NULL: nothing.
    const char *retry;
    const char *down; // what takes it back; "": nothing has to; NULL: not known
    // In its turn among the old down's statements: in front of those that take back what stood
    // before it, behind all others. Else in front of all.
    bool is_down_in_turn;
    bool is_down_alone; // statement by statement: it reads all rows between two instants
    Words also;         // more such, which `down` brings back with the object
    bool is_all_of_it;  // nothing that an old down does is left beside `down`
    const char *object; // what it makes or drops, as taken.h spells it; NULL: nothing of its own
} FixStep;

typedef struct Fix {
    const char *rule;
    const char *refused; // why there are no steps; NULL: there are
    VEC(FixStep) steps;
    // Statements that use none of these may run before the later steps, though they stand behind.
    Words names;
    // Statements that use one of these cannot run before the contract.
    Words contract_names;
    // The statement itself is among the steps: what else was found of it still holds.
    bool is_statement_left;
    bool is_additive;  // what stands here adds a constraint and changes nothing that is there
    bool guards_rows;  // nor those that write rows: a unique index decides what becomes of them
    int64_t statement; // byte of the script where its statement begins
    Position position; // likewise, in the file
    int command;       // of ALTER TABLE; -1: all of the statement
    ItemRanges commands;
} Fix;

typedef VEC(const Fix *) Fixes;

typedef struct Fixing {
    const Judged *judged;
    const Finding *finding;
    bool keeps;   // what is dropped is set aside
    Arena *arena; // that findings live on
    Fix *fix;
} Fixing;

typedef struct FixRule {
    const char *rule; // its id
    void (*make)(Fixing *fixing);
} FixRule;

// Families, each a table that ends with a rule of NULL.
extern const FixRule FIXES_COLUMN[];
extern const FixRule FIXES_CONSTRAINT[];
extern const FixRule FIXES_DROP[];
extern const FixRule FIXES_INDEX[];
extern const FixRule FIXES_INLINE[];
extern const FixRule FIXES_KEY[];
extern const FixRule FIXES_RENAME[];
extern const FixRule FIXES_ROWS[];
extern const FixRule FIXES_TYPE[];

bool fix_is_known(const Rule *rule); // it has a fix, for some of its findings at least
// NULL: the rule has none.
const Fix *fix_make(Arena *arena, const Judged *judged, const Finding *finding, bool keeps);

// For families. A step, to be completed.
FixStep *fix_step(Fixing *fixing, FixPlace place, const char *title, const char *sql);
void fix_name(Fixing *fixing, const char *name);
void fix_contract_name(Fixing *fixing, const char *name);
void fix_refuse(Fixing *fixing, const char *format, ...) __attribute__((format(printf, 2, 3)));
