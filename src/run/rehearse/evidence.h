// Rehearsals as files: `rehearsals/DIGEST.json`, written once, found again, and compared with what
// is about to run. Refuses to touch the target. Invariant: a file whose digest is not that of its
// content is no evidence.
#pragma once

#include "check/evidence.h"
#include "io/json.h"

#define EVIDENCE_FOLDER "rehearsals"

// The document of `migrate-safe/rehearsal/1`. A new reference.
json_t *rehearsal_to_json(const Rehearsal *rehearsal);
// The same, with where it was kept.
json_t *evidence_to_json(const Rehearsal *rehearsal, const char *path, const char *digest);
// Errors: ERR_CHECK, with the file and what is wrong with it.
bool rehearsal_from_json(Arena *arena, const json_t *document, const char *file,
                         Rehearsal *ret_rehearsal, Err *err) __attribute__((warn_unused_result));
// Writes it, without passwords that stand in statements and messages; `ret_digest`: 64 hex digits
// of SHA-256, also the file's name.
bool evidence_write(Arena *arena, const char *folder, const Rehearsal *rehearsal,
                    const char **ret_path, const char **ret_digest, Err *err)
    __attribute__((warn_unused_result));
// `what`: a path, a digest or the beginning of one (4 digits at least), or "latest", by its time.
// ERR_CONFIG: there is none, or several; ERR_CHECK: it is no evidence.
bool evidence_read(Arena *arena, const char *folder, const char *what, Rehearsal *ret_rehearsal,
                   const char **ret_path, const char **ret_digest, Err *err)
    __attribute__((warn_unused_result));

// All of a folder, newest first; one that is not there has none.
typedef struct EvidenceFolder {
    const char *path;
    VEC(Evidence) evidence;
    VEC(Err) problems; // of files that have the name of evidence and are none
} EvidenceFolder;

bool evidence_load(Arena *arena, const char *folder, EvidenceFolder *ret_folder, Err *err)
    __attribute__((warn_unused_result));
