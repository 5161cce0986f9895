// What the lint rules are: a list, a page about one, and all of it for machines.
// Refuses to know where it is printed. Invariant: every word comes from the rules' own structs.
#pragma once

#include "check/rules/rule.h"
#include "io/terminal.h"

void rule_report_list(const Terminal *terminal);
void rule_report_page(const Terminal *terminal, const Rule *rule);
void rule_report_json(FILE *stream); // "migrate-safe/rules/1"
