#include "io/account.h"

#include <pwd.h>
#include <unistd.h>

static const char *harmless(Arena *arena, Str text)
{
    char *kept = arena_dup(arena, text);
    size_t used = 0;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x20 && !__builtin_strchr("<>#\x7f", text.p[i]))
            kept[used++] = text.p[i];
    return arena_dup(arena, str_trim((Str){kept, used}));
}

const char *account_address(Arena *arena)
{
    char host[256] = "";
    const struct passwd *self = getpwuid(geteuid());
    const char *login = arena_printf(arena, "%u", (unsigned)geteuid());
    const char *name = "";
    if (gethostname(host, sizeof host - 1) != 0 || !*host)
        host[0] = '\0';
    if (self && *self->pw_name)
        login = harmless(arena, str_from(self->pw_name));
    if (self && self->pw_gecos) // full name, room, telephones
        name = harmless(arena, str_until(str_from(self->pw_gecos), ','));
    return arena_printf(arena, "%s <%s@%s>", *name ? name : login, login,
                        *host ? harmless(arena, str_from(host)) : "localhost");
}
