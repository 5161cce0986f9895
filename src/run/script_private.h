// What script.c (files to scripts) and script_reader.c (scripts to statements) share.
#pragma once

#include "run/script.h"

void descriptor_close_at(int *descriptor);
#define DESCRIPTOR_SCOPED __attribute__((cleanup(descriptor_close_at))) int

// ERR_IO: not readable, not a regular file.
bool script_open_file(const char *path, int *ret_descriptor, int64_t *ret_size, Err *err);
void script_hash_piece(Sha256 *hash, Str piece);
// ERR_CONFIG: it is too long for its placeholders to be replaced.
bool script_refuse_placeholder(const Script *script, Position position, Err *err);
// ERR_IO: the file is not what was planned any more.
bool script_changed(const Script *script, Err *err);
