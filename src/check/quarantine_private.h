// What the forms of quarantine.h share: names in quotes, statements, the comment's JSON.
// Refuses to be included by others. Invariant: a value of the JSON that is NULL has no key.
#pragma once

#include "base/text.h"
#include "check/quarantine.h"

void quarantine_add(Arena *arena, Words *statements, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void quarantine_behind(Arena *arena, QuarantineBack *back, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void quarantine_behind_that(Arena *arena, QuarantineBack *back, const char *format, ...)
    __attribute__((format(printf, 3, 4))); // needs the previous one
// A CHECK or FOREIGN KEY that takes what is there as it is, and then its proof.
void quarantine_prove_behind(Arena *arena, QuarantineBack *back, const char *table,
                             const char *name, const char *definition);
void quarantine_add_schema(Arena *arena, Words *statements);
const char *quarantine_qualified(Arena *arena, const char *name); // of its schema
const char *quarantine_part_name(Arena *arena, const QuarantinePart *part, const char *version);
const char *quarantine_fit(Arena *arena, const char *head, const char *tail); // in 63 bytes
// "a, b", each as SQL reads it; `prefix` ("" or "kept.") before each.
const char *quarantine_names(Arena *arena, const char *prefix, const Words *names);

// What is known of a thing, as one line. Ended by note_comment, which says it.
typedef struct Note {
    Text text;
    Arena *arena;
} Note;

void note_begin(Note *note, Arena *arena, QuarantineKind kind, const char *version,
                const char *schema, const char *was);
void note_text(Note *note, const char *key, const char *value);
void note_true(Note *note, const char *key, bool value); // only what is true is said
void note_words(Note *note, const char *key, const Words *words);
void note_open(Note *note, const char *key); // a list of objects
void note_item(Note *note);                  // its next one; keys follow
void note_close(Note *note);
// COMMENT ON `what`; frees the note.
void note_comment(Note *note, Words *statements, const char *what);
