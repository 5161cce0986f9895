// Named points at which a test can have the program killed, as kill -9 would, or stopped.
// Refuses to exist in an ordinary build: the macro is empty unless meson's fault_points is on.
// Invariant: MIGRATE_SAFE_FAULT=name dies at the first time that point is reached, name:3 at the
// third, name:3:stop stops there (SIGSTOP) until it is told to go on; MIGRATE_SAFE_FAULT_TRACE=FILE
// writes down every point that is reached.
#pragma once

#include "config.h"

#if MIGRATE_SAFE_FAULT_POINTS
void fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) ((void)0)
#endif
