// The scripts that are judged together, in the order in which they run: a folder's, or one file.
// Refuses to judge them (lint_judge.h). Invariant: every .sql file that was asked for is in a chain
// or has an error; one that cannot be read hides no other.
#pragma once

#include "run/source.h"

typedef struct LintScript {
    Script script;
    const Migration *migration; // NULL: it belongs to no layout
    const Layout *layout;       // likewise
    bool is_syntax_only;        // a down: whether it can be read
    bool is_reported;
    const Err *trouble; // what is wrong with its comments or parts; it is judged as far as it goes
} LintScript;

typedef struct LintChain {
    const char *folder; // NULL: one file
    VEC(LintScript) scripts;
} LintChain;

typedef LintChain *LintChainAt;
typedef VEC(LintChainAt) LintChains;

// What a folder's layout has in it is a chain, and each baseline script one of its own. Files that
// cannot be read go to `unreadable`. ERR_CONFIG: no such folder.
bool lint_chain_folder(Arena *arena, const SourceOptions *options, Source *ret_source,
                       LintChains *chains, Problems *unreadable, Err *err)
    __attribute__((warn_unused_result));
// The .sql files that have no place in it: a chain each; where nothing has, one chain of all, in
// the order of names.
void lint_chain_rest(Arena *arena, const Source *source, LintChains *chains, Problems *unreadable);
// A file that stands alone. ERR_IO: it cannot be read.
bool lint_chain_file(Arena *arena, const char *path, LintChain **ret_chain, Err *err)
    __attribute__((warn_unused_result));
// A text that came from somewhere else.
LintChain *lint_chain_text(Arena *arena, const char *path, Str text);
// Puts a text in the place of what the file has.
void lint_script_replace(Arena *arena, LintScript *script, Str text);
