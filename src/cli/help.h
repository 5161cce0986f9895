// Help texts, made from the command and option tables.
// Refuses text of its own about single commands. Invariant: what is printed here is what parse.c
// accepts.
#pragma once

#include "cli/command.h"

void help_overview(FILE *stream);
// The commands of a group, and what its name alone means.
void help_group(FILE *stream, const CommandGroup *group);
void help_command(FILE *stream, const Command *command);
