// The ladder of a backup's proof, for people and as JSON.
// Refuses to decide exit codes. Invariant: a level is shown as reached only when the verification
// says so.
#pragma once

#include "cli/command.h"
#include "io/json.h"
#include "run/backup/self_test.h"

typedef struct VerifyReport {
    const Backup *backup;
    BackupLevel wanted;
    const VerifyResult *result;
    const SelfTest *test; // NULL: none was made
    const Err *err;       // ERR_NONE: it verifies
} VerifyReport;

void verify_print_text(const Context *context, const VerifyReport *report);
json_t *verify_print_json(const VerifyReport *report); // migrate-safe/backup-verify/1
