#include "io/gzip_writer.h"

#include "base/require.h"
#include "io/file.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    ROOM = 1 << 16,
    GZIP_HEADER = 16 + MAX_WBITS, // of deflateInit2: gzip's header and trailer, not zlib's
    MEMORY_LEVEL = 9
};

struct GzipWriter {
    const char *path;
    int fd;
    z_stream stream;
    unsigned char room[ROOM];
};

GzipWriter *gzip_writer_new(int fd, int level, const char *path)
{
    GzipWriter *writer = calloc(1, sizeof *writer);
    if (!writer)
        require_memory();
    writer->fd = fd;
    writer->path = path;
    if (deflateInit2(&writer->stream, level, Z_DEFLATED, GZIP_HEADER, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        require_memory();
    writer->stream.next_out = writer->room;
    writer->stream.avail_out = ROOM;
    return writer;
}

static bool write_out(GzipWriter *writer, Err *err)
{
    Str made = {(const char *)writer->room, ROOM - writer->stream.avail_out};
    if (!file_write_full(writer->fd, made))
        return fail_errno(err, ERR_IO, errno, "cannot write %s", writer->path);
    writer->stream.next_out = writer->room;
    writer->stream.avail_out = ROOM;
    return true;
}

bool gzip_writer_put(GzipWriter *writer, Str piece, Err *err)
{
    z_stream *stream = &writer->stream;
    stream->next_in = (Bytef *)(uintptr_t)piece.p; // zlib reads it only
    stream->avail_in = (uInt)piece.n;
    while (stream->avail_in) {
        if (stream->avail_out == 0 && !write_out(writer, err))
            return false;
        REQUIRE(deflate(stream, Z_NO_FLUSH) == Z_OK);
    }
    return true;
}

bool gzip_writer_end(GzipWriter *writer, Err *err)
{
    int done = Z_OK;
    while (done != Z_STREAM_END) {
        if (writer->stream.avail_out == 0 && !write_out(writer, err))
            return false;
        done = deflate(&writer->stream, Z_FINISH);
        REQUIRE(done == Z_OK || done == Z_STREAM_END);
    }
    return write_out(writer, err);
}

void gzip_writer_free(GzipWriter *writer)
{
    if (!writer)
        return;
    deflateEnd(&writer->stream);
    free(writer);
}

void gzip_writer_free_at(GzipWriter **writer)
{
    gzip_writer_free(*writer);
    *writer = NULL;
}
