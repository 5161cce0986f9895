#include "io/fault.h"

#if MIGRATE_SAFE_FAULT_POINTS

#include <signal.h>
#include <stdlib.h>
#include <string.h>

void fault_point(const char *name)
{
    static long reached;
    const char *wanted = getenv("MIGRATE_SAFE_FAULT");
    size_t length = strlen(name);
    if (!wanted || strncmp(wanted, name, length) != 0 || (wanted[length] && wanted[length] != ':'))
        return;
    long which = wanted[length] == ':' ? strtol(wanted + length + 1, NULL, 10) : 1;
    if (++reached == which)
        raise(SIGKILL);
}

#else

typedef int fault_points_are_compiled_out; // a file of C needs one declaration

#endif
