// The manual page in scdoc's language, made from the tables: commands, options, settings, layouts,
// exit codes.
// Refuses text of its own about a single command. Invariant: the same program prints the same
// bytes.
#pragma once

#include <stdio.h>

void manual_page(FILE *stream);
