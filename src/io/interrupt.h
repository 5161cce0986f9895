// Ctrl-C and SIGTERM as a state that loops can look at and wait for.
// Refuses to act: who waits decides what to cancel. Invariant: the first signal asks, a second one
// kills.
#pragma once

#include <stdbool.h>

void interrupt_install(void);
bool interrupt_requested(void);
int interrupt_signal(void);     // the signal that asked, 0 when none did
int interrupt_descriptor(void); // readable once a signal came; -1 before interrupt_install
