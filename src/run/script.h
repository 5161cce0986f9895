// The SQL of a script, brought from its file: whole when it is small, streamed when it is not.
// Refuses to run it. Invariant: what is read is what the checksum was taken of, or reading fails.
#pragma once

#include "migration/migration.h"
#include "migration/shape.h"
#include "sql/split.h"

// Reads checksum, directives and, up to SCRIPT_LOADED_MAX bytes, the text of a file. `script` has
// its path, and what its layout says (is_no_transaction, expansion); all else is filled. The text
// goes to `text_arena`, all else to `arena`; they may be the same. Errors: ERR_IO (not readable,
// not a regular file), ERR_CONFIG (directives, placeholders).
bool script_load(Arena *arena, Arena *text_arena, Script *script, Err *err)
    __attribute__((warn_unused_result));
// The same for a part of a file: offset, size and start are there already. Directives count from
// `said_offset` on, where comments of the whole file stand.
bool script_load_part(Arena *arena, Arena *text_arena, const char *layout, Script *script,
                      int64_t said_offset, Err *err) __attribute__((warn_unused_result));
// ERR_CONFIG when a script that is loaded holds markers of another layout than `layout` (NULL: of
// any), which divide a file into both directions.
bool script_check_markers(Arena *arena, const char *layout, const Script *script, Err *err)
    __attribute__((warn_unused_result));
// A script that is a text in memory (a stored down, a part cut out by a layout): checksum and
// directives of it.
bool script_from_text(Arena *arena, const char *path, Str text, Position start, Script *ret_script,
                      Err *err) __attribute__((warn_unused_result));
// Fills a script that has path, size, start and text, and is_no_transaction, expansion and a
// checksum where there is one already. Directives and headers are read from `said`, which begins at
// this line.
bool script_finish(Arena *arena, Script *script, Str said, int said_line, Err *err)
    __attribute__((warn_unused_result));
// Size, offset and, up to SCRIPT_LOADED_MAX bytes, the text of a file; nothing is made of it.
bool script_read(Arena *text_arena, Script *script, Err *err) __attribute__((warn_unused_result));
// Carriage returns count for nothing.
void script_checksum(Str text, char ret_checksum[SHA256_HEX]);

// Calls `feed` with the file's bytes, without a BOM, piece by piece.
bool script_read_through(const char *path, bool (*feed)(void *context, Str piece, Err *err),
                         void *context, Err *err) __attribute__((warn_unused_result));

// A script known by its path alone (a down whose text nobody needed yet) is read now.
bool script_complete(Arena *arena, Script *script, Err *err) __attribute__((warn_unused_result));

// Brings the text of a script of at most SCRIPT_LOADED_MAX bytes into memory, when it is not there;
// ERR_IO when the file is not what its checksum says any more. A longer script stays streamed.
bool script_hold(Arena *arena, Script *script, Err *err) __attribute__((warn_unused_result));
// The script with its placeholders as the file has them: what history keeps, and what is compared.
Script script_as_written(const Script *script);
// What history keeps of it; NULL when it is not there, not held or too long.
const char *script_kept_text(Arena *arena, const Script *script);

typedef struct ScriptReader ScriptReader;

// Statements of a script. The file of a streamed one is open as long as the reader lives.
bool script_open(const Script *script, ScriptReader **ret_reader, Err *err)
    __attribute__((warn_unused_result));
Splitter *script_splitter(ScriptReader *reader);
// At the end: was it the text that the checksum says? ERR_IO when the file changed meanwhile.
bool script_check_unchanged(ScriptReader *reader, Err *err) __attribute__((warn_unused_result));
void script_close(ScriptReader *reader);
void script_close_at(ScriptReader **reader);
#define SCRIPT_SCOPED __attribute__((cleanup(script_close_at))) ScriptReader *

// Reads it to the end: counts, transactions, every error that can be known without a database.
bool script_survey(const Script *script, Shape *ret_shape, Err *err)
    __attribute__((warn_unused_result));
// The same for a verify script.
bool script_survey_verify(const Script *script, Shape *ret_shape, Err *err)
    __attribute__((warn_unused_result));
// Are the first `statements` statements (BEGIN and COMMIT not counted) the same in both?
bool script_same_beginning(const Script *a, const Script *b, int statements, bool *ret_same,
                           Err *err) __attribute__((warn_unused_result));
// Gives `err` the position and source line of a server's error in the statement with this number
// (from 0, BEGIN and COMMIT counted too) at this character (0: its start).
void script_locate(const Script *script, int ordinal, size_t character, Err *err);
