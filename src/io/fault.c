#include "io/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One line for each point that is reached: the tests take their list of points from such a run.
static void trace(const char *path, const char *name)
{
    char line[80];
    size_t length = strnlen(name, sizeof line - 1);
    memcpy(line, name, length);
    line[length++] = '\n';
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, length) < 0)
        abort(); // a list with holes would pass for a whole one
    close(file);
}

void fault_point(const char *name)
{
    static long reached;
    const char *traced = getenv("MIGRATE_SAFE_FAULT_TRACE");
    const char *wanted = getenv("MIGRATE_SAFE_FAULT");
    size_t length = strlen(name);
    if (traced)
        trace(traced, name);
    if (!wanted || strncmp(wanted, name, length) != 0 || (wanted[length] && wanted[length] != ':'))
        return;
    char *rest = NULL;
    long which = wanted[length] == ':' ? strtol(wanted + length + 1, &rest, 10) : 1;
    if (++reached == which)
        raise(rest && strcmp(rest, ":stop") == 0 ? SIGSTOP : SIGKILL);
}
