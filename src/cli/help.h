// Help texts, made from the command and option tables.
// Refuses text of its own about single commands. Invariant: what is printed here is what parse.c
// accepts.
#pragma once

#include "cli/command.h"

void help_overview(FILE *stream);
void help_command(FILE *stream, const Command *command);
