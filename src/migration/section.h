// A file that marker lines divide into sections: what to run, and how it is taken back (dbmate,
// goose, sql-migrate, tern, node-pg-migrate).
// Refuses SQL: a marker counts wherever its line stands, as the tools themselves read it, and to
// hold the file, which comes in pieces. Invariant: sections rise and do not overlap; a marker line
// is in none.
#pragma once

#include "base/err.h"
#include "base/vec.h"

#include <stdint.h>

typedef struct Section {
    bool is_down;
    bool is_no_transaction;
    bool has_placeholders; // where rules say so line by line (MarkerRules.has_switch)
    const char *opening;   // a line that it needs in front to say the same alone; NULL: none
    int64_t offset;
    int64_t size;
    Position start; // of its first byte
} Section;

typedef VEC(Section) Sections;

enum {
    MARKER_BYTES = 1024
}; // of a line that are looked at

typedef struct SectionReader SectionReader;

typedef struct MarkerRules {
    const char *layout;   // whose rules they are
    bool starts_up;       // the up begins with the file; its marker, if there is one, ends it
    bool has_switch;      // placeholders count only in sections that say so
    const char *anywhere; // a line that holds these bytes is given to `line` too; NULL: none
    // A line that begins, behind blanks, with "--" (its end is cut off): calls section_begin,
    // section_no_transaction, section_fail, or nothing when it is an ordinary comment.
    bool (*line)(SectionReader *reader, Str line, Err *err);
    // At the end of the file: what is missing? NULL: nothing can be.
    bool (*end)(SectionReader *reader, Err *err);
} MarkerRules;

struct SectionReader {
    Arena *arena;
    const char *file;
    const MarkerRules *rules;
    Sections sections;      // the last one is open: its size is not known yet
    int state;              // of the rules: 0 at first
    const void *own;        // of the rules: NULL at first
    bool is_no_transaction; // of the whole file
    int comment_depth;      // of /* */ before the first section
    bool has_text;          // something that is no comment stands before the first section
    Position text_at;       // where
    Position last_text_at;  // the last such line of all
    // the line under way
    char line[MARKER_BYTES];
    size_t line_length; // as far as it is kept
    int64_t line_offset;
    Position position; // of the line
    int64_t at;        // bytes that were fed
    bool is_at_end;
};

// `file` is for messages; the first byte that is fed stands at 1:1.
void section_reader_init(SectionReader *reader, Arena *arena, const char *file,
                         const MarkerRules *rules);
bool section_feed(SectionReader *reader, Str piece, Err *err) __attribute__((warn_unused_result));
bool section_finish(SectionReader *reader, Err *err) __attribute__((warn_unused_result));

// For rules: the lines behind this one are a new section.
void section_begin(SectionReader *reader, bool is_down, bool is_no_transaction);
// For rules: the section ends before this line, and no other begins.
void section_end(SectionReader *reader);
// For rules: the open section, or the file when none is open, takes no transaction.
void section_no_transaction(SectionReader *reader);
// For rules: is a section open? NULL when none is.
Section *section_open(SectionReader *reader);
// For rules: the first section of a direction, or NULL.
const Section *section_first(const SectionReader *reader, bool is_down);
// ERR_CONFIG at this line, which is quoted; from MarkerRules.end at the first line, without.
bool section_fail(SectionReader *reader, Err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t section_count(const SectionReader *reader, bool is_down);

// A whole text with all but the sections of one direction blanked out, so that everything stays
// where it is; comments before the first section speak of the up, and stay in it. There is at least
// one section.
Str section_join(Arena *arena, const Sections *sections, bool is_down, Str text);
