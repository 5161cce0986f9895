// Placeholders of a script and the values that take their place.
// Refuses to know any layout's spelling of a placeholder (layouts do). Invariant: a value holds no
// line end, so that lines of the expanded text are lines of the file; columns are shifted, and
// `TextShifts` says by how much.
#pragma once

#include "base/err.h"
#include "base/vec.h"

typedef struct ExpansionValue {
    const char *name;
    const char *value;
} ExpansionValue;

// What the user gave (--set NAME=VALUE), and the variables of the environment as "NAME=value".
typedef struct ExpansionValues {
    VEC(ExpansionValue) set;
    const char *const *environment; // ends with NULL; may be NULL
    const char *database;           // the target's name, NULL: not known
    const char *user;               // that the target is asked for as, NULL: not known
    bool keeps_unknown;             // what has no value stays as it is: nothing is run
} ExpansionValues;

// From this column of a line on, the file's columns are `delta` less.
typedef struct TextShift {
    int line;   // in the file
    int column; // in the expanded text, behind the value
    int delta;
} TextShift;

typedef VEC(TextShift) TextShifts;

typedef struct Expanding Expanding;

typedef struct Expansion {
    // Walks over the text and calls expanding_put for each placeholder. False: `err` says which
    // one has no value; the position is set by expanding_fail.
    bool (*expand)(Expanding *expanding, const struct Expansion *expansion, Err *err);
    // Could a text with these bytes hold a placeholder? For files that are too long to be held.
    // "${"; several are parted by blanks; "": any may; NULL: only `expand` can tell, statement by
    // statement.
    const char *trigger;
    const ExpansionValues *values;
    const void *own; // of the layout
    bool is_off;     // nothing is replaced, unless a script's own options say so
    // Where downs and verify scripts have other values; NULL: they have not.
    const struct Expansion *down;
    const struct Expansion *verify;
} Expansion;

// The text under way, and its file.
Str expanding_text(const Expanding *expanding);
const char *expanding_file(const Expanding *expanding);
// The line that the text needs in front (Section.opening), or NULL.
const char *expanding_opening(const Expanding *expanding);
// Bytes `from` to `to` of the text become `value`; calls come in the order of the text. ERR_CONFIG
// when the value holds a line end.
bool expanding_put(Expanding *expanding, size_t from, size_t to, Str value, Err *err)
    __attribute__((warn_unused_result));
// ERR_CONFIG at byte `at` of the text.
bool expanding_fail(Expanding *expanding, size_t at, Err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// NULL when it was not given.
const char *expansion_value(const ExpansionValues *values, Str name);
const char *expansion_variable(const ExpansionValues *values, Str name); // of the environment

// The whole text; what was not replaced is the same text. `start`: where its first byte stands.
bool expansion_run(Arena *arena, const Expansion *expansion, Str text, const char *opening,
                   const char *file, Position start, Str *ret_text, const TextShifts **ret_shifts,
                   Err *err) __attribute__((warn_unused_result));
// Where a position in the expanded text is in the file.
Position expansion_position_in_file(const TextShifts *shifts, Position position);
