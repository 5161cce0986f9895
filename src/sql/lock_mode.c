// The table of conflicts is PostgreSQL's: chapter "Explicit Locking", the same in 13 to 18.
#include "sql/lock_mode.h"

#include <string.h>

static const struct {
    const char *name;
    const char *in_views;
    unsigned conflicts; // bits by mode
} MODES[] = {
    [LOCK_NONE] = {"none", "", 0},
    [LOCK_ACCESS_SHARE] = {"ACCESS SHARE", "AccessShareLock", 0x100},
    [LOCK_ROW_SHARE] = {"ROW SHARE", "RowShareLock", 0x180},
    [LOCK_ROW_EXCLUSIVE] = {"ROW EXCLUSIVE", "RowExclusiveLock", 0x1e0},
    [LOCK_SHARE_UPDATE_EXCLUSIVE] = {"SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock", 0x1f0},
    [LOCK_SHARE] = {"SHARE", "ShareLock", 0x1d8},
    [LOCK_SHARE_ROW_EXCLUSIVE] = {"SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock", 0x1f8},
    [LOCK_EXCLUSIVE] = {"EXCLUSIVE", "ExclusiveLock", 0x1fc},
    [LOCK_ACCESS_EXCLUSIVE] = {"ACCESS EXCLUSIVE", "AccessExclusiveLock", 0x1fe},
};

const char *lock_mode_name(LockMode mode)
{
    return MODES[mode].name;
}

const char *lock_mode_in_views(LockMode mode)
{
    return MODES[mode].in_views;
}

LockMode lock_mode_from_views(const char *name)
{
    LockMode mode = LOCK_ACCESS_EXCLUSIVE;
    while (mode != LOCK_NONE && strcmp(MODES[mode].in_views, name) != 0)
        mode--;
    return mode;
}

bool lock_modes_conflict(LockMode one, LockMode other)
{
    return MODES[one].conflicts >> other & 1;
}

bool lock_mode_blocks_reads(LockMode mode)
{
    return lock_modes_conflict(mode, LOCK_ACCESS_SHARE);
}

bool lock_mode_blocks_writes(LockMode mode)
{
    return lock_modes_conflict(mode, LOCK_ROW_EXCLUSIVE);
}
