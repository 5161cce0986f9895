// Marker lines of another tool's files. Read as one script, such a file would run its way back
// right behind the change.
// Refuses to cut files (section.h does). Invariant: a file that holds only one direction passes.
#pragma once

#include "migration/section.h"

// For a text that comes in pieces: section_feed and section_finish say ERR_CONFIG at the line of
// the first down marker. `layout` is the one whose markers were taken out already, or NULL;
// `start`: of the first byte.
void foreign_marker_reader_init(SectionReader *reader, Arena *arena, const char *file,
                                Position start, const char *layout);
// The same for a text in memory; most have nothing that looks like a marker.
bool foreign_marker_check(Arena *arena, const char *file, Position start, const char *layout,
                          Str text, Err *err) __attribute__((warn_unused_result));
