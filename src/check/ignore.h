// Comments that say which findings do not count, where and why: ours, and those of squawk, eugene,
// Atlas, pgsafe and strong_migrations.
// Refuses to lex SQL: what begins like such a comment is one, inside quotes too, as with all
// directives. Invariant: fed in order (text, then statements), each comment is for one statement or
// for the whole file.
#pragma once

#include "check/rules/rule.h"

typedef struct Ignore {
    const char *tool;  // whose comment it is: "squawk"; "" for ours
    const char *names; // of rules, with commas or blanks between them; "" for all
    const char *reason;
    const char *until;   // the last day that it counts; NULL: for ever
    const char *text;    // the comment
    Position position;   // of the comment
    bool is_own_line;    // nothing but the comment stands there
    bool is_before_gap;  // an empty line follows it, with only comments between
    bool is_whole_file;  // from the first to the last line
    bool is_expired;     // counts no more
    const char *trouble; // why it cannot be read; NULL: it can
    int first, last;     // lines of what it is for; 0: not known yet
    bool is_used;
} Ignore;

enum {
    IGNORE_ANSWERS = 4 // of ignores_find that are kept, by rule
};

// What was found for a rule: the same for every line from `first` to `last` that has as many
// comments before.
typedef struct IgnoreAnswer {
    const Rule *rule;
    const Ignore *found;
    size_t before;
    int first, last;
} IgnoreAnswer;

typedef struct Ignores {
    VEC(Ignore) items;
    IgnoreAnswer answers[IGNORE_ANSWERS];
    unsigned next_answer;
    int64_t today;     // days since 1970-01-01; 0: not known, nothing expires
    int line;          // of what is read next
    size_t bound;      // those before it have their statement
    int first, last;   // lines of the last statement
    size_t whole_file; // how many are for the whole file
} Ignores;

void ignores_begin(Ignores *ignores, int first_line, int64_t today);
// The file's text, or the next piece of it, which ends behind a line's end.
void ignores_read(Arena *arena, Ignores *ignores, Str text);
// The next statement stands in these lines. BEGIN is none: what stands above it is for what
// follows.
void ignores_statement(Ignores *ignores, int first, int last);
void ignores_end(Ignores *ignores); // behind the last statement
// The comment that makes this rule's findings at this line not count; NULL: they count. It is used
// from then on.
const Ignore *ignores_find(Ignores *ignores, const Rule *rule, int line);

// Does the comment name this rule?
bool ignore_names(const Ignore *ignore, const Rule *rule);
