// What `lint --fix` makes of a source's files: scripts with fixes to changed and further files.
// Refuses to write them (io/file_set.h) and to know which are applied. Invariant: a further file
// runs behind all that is there, and nothing that is there would notice.
#pragma once

#include "check/finding.h"
#include "io/file_set.h"
#include "run/lint_chain.h"

typedef struct FixedScript {
    const char *path;
    Words rules;   // whose findings are gone, each once
    Words made;    // paths of further files
    Words later;   // of contracts
    Words changed; // its down, where that is another file
} FixedScript;

typedef struct FixFiles {
    FileChanges changes;
    VEC(FixedScript) scripts;
    const char *timestamp; // for versions, 14 digits in UTC
    Severity least;        // findings below are left
} FixFiles;

// `folder` NULL: the file belongs to none, and stays one file. What was not fixed has a reason
// (Finding.unfixed) afterwards. Entries of further files are added to the folder.
void fix_files_add(Arena *arena, FixFiles *files, const LintChain *chain, const LintScript *script,
                   SourceFolder *folder, Findings *findings);
