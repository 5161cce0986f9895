// Named points at which a test can have the program killed, as kill -9 would, or stopped.
// Refuses to exist in the program itself: there the macro is empty. Layers that have points are
// compiled a second time for the program of tests/e2e/faults.
// Invariant: MIGRATE_SAFE_FAULT=name dies at the first time that point is reached, name:3 at the
// third, name:3:stop stops there (SIGSTOP) until it is told to go on; MIGRATE_SAFE_FAULT_TRACE=FILE
// writes down every point that is reached.
#pragma once

// Where it is not defined, -Wundef refuses the point: only run and cli do, in their meson.build.
#if MIGRATE_SAFE_FAULT_POINTS
void fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) ((void)0)
#endif
