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
    bool starts_up; // the up begins with the file; its marker, if there is one, ends it
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
    bool is_no_transaction; // of the whole file
    bool has_text;          // something that is no comment stands before the first section
    Position text_at;       // where
    // the line under way
    char line[MARKER_BYTES];
    size_t line_length; // as far as it is kept
    int64_t line_offset;
    Position position; // of the line
    int64_t at;        // bytes that were fed
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
// ERR_CONFIG at this line.
bool section_fail(SectionReader *reader, Err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t section_count(const SectionReader *reader, bool is_down);

// A whole text with all but the sections of one direction blanked out, so that everything stays
// where it is; comments before the first section stay too.
Str section_join(Arena *arena, const Sections *sections, bool is_down, Str text);
