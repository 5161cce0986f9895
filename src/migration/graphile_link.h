// A committed file of graphile-migrate: its header, and whether its hash and the hash of the file
// before it are what they say.
// Refuses to hold the file, which comes in pieces. Invariant: a carriage return that git put in
// breaks nothing.
#pragma once

#include "migration/layout.h"

enum {
    GRAPHILE_HASH = 64 // bytes of "sha1:" and its digits, with room
};

extern const ChainRules GRAPHILE_CHAIN;

// "sha1:..." as the file's header has it; "-" when it has none, or for no link at all.
const char *graphile_link_hash(const void *link);
