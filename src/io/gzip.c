#include "io/gzip.h"

#include "base/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    ROOM = 1 << 16,
    GZIP_ONLY = 16 + MAX_WBITS // of inflateInit2: a gzip header must come
};

struct GzipReader {
    const char *path; // the caller's
    int fd;
    bool is_compressed;
    bool is_in_member; // between a header and its check sums
    bool has_ended;    // the file
    int64_t position;
    z_stream stream;
    unsigned char room[ROOM];
};

// More bytes behind those that are not used yet.
static bool refill(GzipReader *reader, Err *err)
{
    z_stream *stream = &reader->stream;
    size_t kept = stream->avail_in;
    if (kept)
        memmove(reader->room, stream->next_in, kept);
    ssize_t got;
    do
        got = read(reader->fd, reader->room + kept, sizeof reader->room - kept);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", reader->path);
    reader->has_ended = got == 0;
    reader->position += got;
    stream->next_in = reader->room;
    stream->avail_in += (uInt)got;
    return true;
}

static bool is_magic(const z_stream *stream)
{
    return stream->avail_in >= 2 && stream->next_in[0] == 0x1f && stream->next_in[1] == 0x8b;
}

bool gzip_open(const char *path, GzipReader **ret_reader, Err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        int saved_errno = errno;
        fail_errno(err, ERR_IO, saved_errno, "cannot read %s", path);
        return saved_errno == EACCES ? err_hint(err, "chmod u+r %s", path) : false;
    }
    GzipReader *reader = calloc(1, sizeof *reader);
    if (!reader)
        require_memory();
    reader->path = path;
    reader->fd = fd;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    if (!refill(reader, err)) {
        gzip_close(reader);
        return false;
    }
    reader->is_compressed = is_magic(&reader->stream);
    if (reader->is_compressed && inflateInit2(&reader->stream, GZIP_ONLY) != Z_OK)
        require_memory();
    reader->is_in_member = reader->is_compressed;
    *ret_reader = reader;
    return true;
}

void gzip_close(GzipReader *reader)
{
    if (!reader)
        return;
    if (reader->is_compressed)
        inflateEnd(&reader->stream);
    close(reader->fd);
    free(reader);
}

void gzip_close_at(GzipReader **reader)
{
    gzip_close(*reader);
    *reader = NULL;
}

bool gzip_is_compressed(const GzipReader *reader)
{
    return reader->is_compressed;
}

static bool refuse(Err *err)
{
    return err_hint(err, "take another backup: migrate-safe backup list");
}

static bool read_plain(GzipReader *reader, char *bytes, size_t size, size_t *ret_got, Err *err)
{
    z_stream *stream = &reader->stream;
    if (stream->avail_in == 0 && !reader->has_ended && !refill(reader, err))
        return false;
    size_t count = stream->avail_in < size ? stream->avail_in : size;
    if (count)
        memcpy(bytes, stream->next_in, count);
    stream->next_in += count;
    stream->avail_in -= (uInt)count;
    *ret_got = count;
    return true;
}

// Between two members: another one, or the end.
static bool next_member(GzipReader *reader, Err *err)
{
    z_stream *stream = &reader->stream;
    while (stream->avail_in < 2 && !reader->has_ended)
        if (!refill(reader, err))
            return false;
    if (stream->avail_in == 0 && reader->has_ended)
        return true;
    if (!is_magic(stream)) {
        fail(err, ERR_CHECK, "%s: something that is no gzip data stands behind its end",
             reader->path);
        return refuse(err);
    }
    reader->is_in_member = true;
    return inflateReset(stream) == Z_OK || fail(err, ERR_IO, "zlib refused %s", reader->path);
}

static bool refuse_data(const GzipReader *reader, Err *err)
{
    const char *said = reader->stream.msg ? reader->stream.msg : "invalid data";
    if (strcmp(said, "incorrect data check") == 0)
        fail(err, ERR_CHECK, "%s is damaged: its check sum (CRC) does not fit its data",
             reader->path);
    else if (strcmp(said, "incorrect length check") == 0)
        fail(err, ERR_CHECK, "%s is damaged: it says another length than it has", reader->path);
    else
        fail(err, ERR_CHECK, "%s is damaged: it cannot be decompressed near byte %lld (%s)",
             reader->path, (long long)(reader->position - reader->stream.avail_in), said);
    return refuse(err);
}

bool gzip_read(GzipReader *reader, char *bytes, size_t size, size_t *ret_got, Err *err)
{
    if (!reader->is_compressed)
        return read_plain(reader, bytes, size, ret_got, err);
    z_stream *stream = &reader->stream;
    stream->next_out = (Bytef *)bytes;
    stream->avail_out = (uInt)size;
    while (stream->avail_out == size) {
        if (!reader->is_in_member) {
            if (!next_member(reader, err))
                return false;
            if (!reader->is_in_member)
                break;
        }
        if (stream->avail_in == 0 && !refill(reader, err))
            return false;
        if (stream->avail_in == 0) {
            fail(err, ERR_CHECK, "%s was cut off: its compressed data does not end", reader->path);
            return refuse(err);
        }
        int done = inflate(stream, Z_NO_FLUSH);
        if (done == Z_STREAM_END)
            reader->is_in_member = false;
        else if (done != Z_OK && done != Z_BUF_ERROR)
            return refuse_data(reader, err);
    }
    *ret_got = size - stream->avail_out;
    return true;
}
