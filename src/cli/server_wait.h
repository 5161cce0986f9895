// --wait and --wait-timeout as what a connection needs.
// Refuses to connect. Invariant: one line when it begins to wait, one when the server is there.
#pragma once

#include "cli/command.h"
#include "pg/session_wait.h"

SessionWait server_wait(Context *context); // of no limit when nobody asked for it
