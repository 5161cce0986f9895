#include "pg/cluster_user.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool server_user_find(Arena *arena, ServerUser *ret_user, Err *err)
{
    if (geteuid() != 0) {
        const struct passwd *self = getpwuid(geteuid());
        const char *name = self ? self->pw_name : arena_printf(arena, "%u", (unsigned)geteuid());
        *ret_user = (ServerUser){geteuid(), getegid(), arena_strdup(arena, name), false};
        return true;
    }
    static const char *const NAMES[] = {"postgres", "nobody"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const struct passwd *found = getpwnam(NAMES[i]);
        if (found && found->pw_uid != 0) {
            *ret_user = (ServerUser){found->pw_uid, found->pw_gid, NAMES[i], true};
            return true;
        }
    }
    fail(err, ERR_CONFIG, "there is no user that a private PostgreSQL server could run as");
    err_detail(err, "PostgreSQL refuses to run as root; there is neither postgres nor nobody");
    return err_hint(err, "useradd --system postgres");
}

static bool is_open_to(const ServerUser *user, const char *path, mode_t wanted)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    unsigned shift = status.st_uid == user->uid ? 6 : status.st_gid == user->gid ? 3 : 0;
    return ((status.st_mode >> shift) & wanted) == wanted;
}

enum {
    ENTER = 01,
    READ = 04,
};

const char *server_user_barrier(Arena *arena, const ServerUser *user, const char *path)
{
    char resolved[PATH_MAX];
    if (!realpath(path, resolved))
        return arena_strdup(arena, path);
    for (char *slash = resolved; slash; slash = strchr(slash + 1, '/')) {
        char after = slash[1];
        slash[slash == resolved] = '\0'; // "/" itself keeps its slash
        bool is_open = is_open_to(user, resolved, ENTER);
        if (!is_open)
            return arena_strdup(arena, resolved);
        *slash = '/';
        slash[1] = after;
    }
    return is_open_to(user, resolved, ENTER) ? NULL : arena_strdup(arena, resolved);
}

const char *server_user_program_barrier(Arena *arena, const ServerUser *user, const char *program)
{
    const char *barrier = server_user_barrier(arena, user, program);
    if (barrier || is_open_to(user, program, READ))
        return barrier;
    return arena_strdup(arena, program);
}
