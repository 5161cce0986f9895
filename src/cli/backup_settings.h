// The settings of backups as what the functions of run/backup take.
// Refuses defaults of its own where those have one. Invariant: a relative folder starts at the
// configuration's, also when it is the built-in one.
#pragma once

#include "check/retention.h"
#include "cli/command.h"
#include "run/backup/create.h"
#include "run/backup/verify.h"

const char *backup_folder(const Context *context);
// False: nobody has said which, and *ret_level is untouched.
bool backup_level(const Context *context, BackupLevel *ret_level);
// As far as settings and flags say them.
CreateOptions backup_create_options(const Context *context);
VerifyOptions backup_verify_options(const Context *context);
// ERR_CONFIG: a time that would throw away what was just made.
bool backup_policy(const Context *context, RetentionPolicy *ret_policy, Err *err)
    __attribute__((warn_unused_result));
