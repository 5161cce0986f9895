// PostgreSQL's own functions, and those of its common extensions, by volatility.
// Refuses to know arguments: a name counts as volatile when any form of it is. Invariant: sorted,
// found by binary search; tests/e2e/test_lock_plan_truth.py compares them with pg_proc.
#pragma once

#include <stdbool.h>

bool catalog_function_is_volatile(const char *name); // also of extensions, in whatever schema
bool catalog_function_is_stable(const char *name);   // or immutable
bool extension_function_is_stable(const char *name); // or immutable
