// What lies in a source folder: names of files and folders, and the beginnings of some.
// Refuses to know layouts beyond the folders and texts they ask for. Invariant: a .sql file that
// cannot be read as one is a problem; hidden files are nobody's; links into folders are followed
// one level only.
#pragma once

#include "migration/layout.h"

// The folder itself, and the folder of downs inside or beside it. ERR_CONFIG: no such folder.
bool listing_load(Arena *arena, const char *directory, Listing *ret_listing, Problems *problems,
                  Err *err) __attribute__((warn_unused_result));
// What detection sees without opening a file: the listing, the first folder in it whose name
// begins with a digit or a V, and which of the layouts' texts stand beside it.
bool listing_sample(Arena *arena, const char *directory, const Listing *listing, Sample *ret_sample,
                    Err *err) __attribute__((warn_unused_result));
// The beginnings of a few .sql files from all over the folder; what cannot be read is left out.
void listing_read_heads(Arena *arena, Sample *sample);
// The folders that the layout looks into, and the texts that it wants.
bool listing_complete(Arena *arena, const char *directory, const Layout *layout, Listing *listing,
                      Problems *problems, Err *err) __attribute__((warn_unused_result));
