#include "pg/program_place.h"

static const struct {
    const char *before;
    const char *after;
} PLACES[] = {
    {"/usr/lib/postgresql/", "/bin"}, // Debian, Ubuntu
    {"/usr/pgsql-", "/bin"},          // packages of postgresql.org for RPM systems
    {"/usr/libexec/postgresql", ""},  // Alpine
    {"/usr/lib/postgresql", "/bin"},  // SUSE
};

const char *program_place(Arena *arena, size_t index, int major)
{
    if (index >= sizeof PLACES / sizeof *PLACES)
        return NULL;
    return arena_printf(arena, "%s%d%s", PLACES[index].before, major, PLACES[index].after);
}
