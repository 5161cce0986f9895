// How sqitch names changes and tags, and how a plan's dependency names one.
// Refuses to know which exist (sqitch_plan.c does). Invariant: the rules are those of
// App::Sqitch::Plan 1.x; where its regular expression and its own message differ, the message
// counts ("[" and "]" are in no name).
#pragma once

#include "base/str.h"

#define SQITCH_NAME_RULE                                                                           \
    "a name has no blank and none of @ : # \\ [ ], begins and ends with no punctuation but _, "    \
    "and "                                                                                         \
    "does not end in ~, ^, /, = or % and digits"

// Bytes of the name that the text begins with; 0 when it begins with none.
size_t sqitch_name_length(Str text);
bool sqitch_name_is_valid(Str name);
// HEAD and ROOT are sqitch's own; 40 hexadecimal digits look like the id of a change.
bool sqitch_name_is_reserved(Str name);
bool sqitch_name_is_id(Str name);

// "!project:change@tag": what is not said is empty.
typedef struct SqitchReference {
    bool is_conflict;
    Str project;
    Str change;
    Str tag;
    Str id;
} SqitchReference;

bool sqitch_reference_parse(Str text, SqitchReference *ret_reference);
