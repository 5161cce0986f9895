// A folder and a history in a few words, for tables of cases: versions parted by blanks, each with
// letters behind a '/'.
// A version that begins with R is a repeatable migration, one with B a baseline script (without the
// B); in a history B is one that ran.
//   in the folder: n no down, i irreversible and no down, I irreversible with a down
//   in the history: e applied from another text, d stopped half way, D stopped half way down,
//                   b baseline, s its down text is stored
#pragma once

#include "base/text.h"
#include "check/plan.h"

#include <string.h>

static inline Str case_word(Str *rest, Str *ret_letters)
{
    Str word = str_until(*rest, ' ');
    *rest = str_skip(*rest, word.n < rest->n ? word.n + 1 : word.n);
    Str version = str_until(word, '/');
    *ret_letters = version.n < word.n ? str_skip(word, version.n + 1) : STR("");
    return version;
}

static inline bool case_has(Str letters, char letter)
{
    return letters.n && memchr(letters.p, letter, letters.n);
}

static inline MigrationKind case_kind(const char **version)
{
    MigrationKind kind = **version == 'R'   ? MIGRATION_REPEATABLE
                         : **version == 'B' ? MIGRATION_BASELINE
                                            : MIGRATION_VERSIONED;
    *version += kind == MIGRATION_BASELINE;
    return kind;
}

static inline Migrations case_folder(Arena *arena, const char *text)
{
    Migrations folder = {0};
    for (Str rest = str_from(text); rest.n;) {
        Str letters;
        const char *version = arena_dup(arena, case_word(&rest, &letters));
        MigrationKind kind = case_kind(&version);
        bool is_irreversible = case_has(letters, 'i') || case_has(letters, 'I');
        *vec_append(arena, &folder) = (Migration){
            .version = version,
            .name = "x",
            .layout = "paired",
            .kind = kind,
            .up = {.is_present = true,
                   .path = arena_printf(arena, "m/%s_x.up.sql", version),
                   .checksum = "same",
                   .directives.irreversible = is_irreversible ? "gone is gone" : NULL},
            .down.is_present =
                kind == MIGRATION_VERSIONED && !case_has(letters, 'n') && !case_has(letters, 'i'),
        };
    }
    return folder;
}

static inline History case_history(Arena *arena, const char *text)
{
    History history = {0};
    for (Str rest = str_from(text); rest.n;) {
        Str letters;
        const char *version = arena_dup(arena, case_word(&rest, &letters));
        MigrationKind kind = case_kind(&version);
        *vec_append(arena, &history) = (AppliedMigration){
            .version = version,
            .name = "x",
            .layout = "paired",
            .kind = case_has(letters, 'b') ? "baseline" : migration_kind_word(kind),
            .checksum = case_has(letters, 'e') ? "other" : "same",
            .has_down = case_has(letters, 's'),
            .applied_order = (int64_t)history.len + 1,
            .statements_done = 1,
            .statements_total = case_has(letters, 'b') ? 0 : 3,
            .is_dirty = case_has(letters, 'd') || case_has(letters, 'D'),
            .is_dirty_down = case_has(letters, 'D'),
        };
    }
    return history;
}
