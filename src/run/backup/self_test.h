// The verification put to the test: copies of a backup are damaged, and each must be refused.
// Refuses to touch the backup itself. Invariant: a row says "caught" only of a damage that was done
// and that changes what a restore would give.
#pragma once

#include "run/backup/verify.h"

typedef struct SelfTestRow {
    const char *damage; // "a flipped bit"
    bool is_caught;
    BackupLevel level;   // that refused it
    const char *message; // what was said; of one that was not caught: NULL
} SelfTestRow;

typedef struct SelfTest {
    VEC(SelfTestRow) rows;
    bool is_passed; // all of them were caught
    int64_t duration_ms;
} SelfTest;

// First the backup as it is, to level 3 (`ret_result`), then its damaged copies. False: it could
// not be tried, or the backup itself does not verify (ERR_CHECK).
bool backup_self_test(Arena *arena, const Backup *backup, const VerifyOptions *options,
                      VerifyResult *ret_result, SelfTest *ret_test, Err *err)
    __attribute__((warn_unused_result));
