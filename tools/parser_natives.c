// Functions of the parser's module written anew, in the place of what wasm2c made of them: they put
// the answer's JSON together byte by byte, through musl's printf, in a third of the parser's time.
// They stay inside the module's memory as all of its code does, and leave what they do not know to
// the ones that they replace. tools/parser_natives.py adds this to the module's C.

enum {
    NATIVE_NUMBER = 16 // bytes that are free before anything short is put
};

// Behind the module's memory is nothing that may be read: a text without an end is a fault there.
static u32 native_length(const wasm_rt_memory_t *memory, u32 address)
{
    return (u32)strlen((const char *)memory->data + address);
}

// size_t strlen(const char *text)
static u32 native_strlen(Z_pgquery_instance_t *instance, u32 text)
{
    return native_length(&instance->w2c_z, text);
}

static u32 native_number(u8 *to, s32 number)
{
    u8 digits[NATIVE_NUMBER];
    u32 count = 0;
    u32 length = 0;
    u32 rest = number < 0 ? -(u32)number : (u32)number;
    do
        digits[count++] = (u8)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0)
        to[length++] = '-';
    while (count)
        to[length++] = digits[--count];
    return length;
}

// A StringInfo: its bytes, how many there are, and room for how many, the NUL at the end included.
typedef struct NativeInfo {
    u8 *bytes;
    u32 length;
    u32 room;
} NativeInfo;

static int native_open(wasm_rt_memory_t *memory, u32 info, NativeInfo *ret_info)
{
    u32 bytes = i32_load(memory, info);
    NativeInfo opened = {.length = i32_load(memory, (u64)info + 4),
                         .room = i32_load(memory, (u64)info + 8)};
    if ((u64)bytes + opened.room > memory->size || opened.length >= opened.room)
        return 0;
    opened.bytes = memory->data + bytes;
    *ret_info = opened;
    return 1;
}

static void native_close(wasm_rt_memory_t *memory, u32 info, const NativeInfo *opened)
{
    opened->bytes[opened->length] = 0;
    i32_store(memory, (u64)info + 4, opened->length);
}

// Bytes of a word that are 0, by their highest bit; exact up to the lowest of them.
static u64 native_zeros(u64 word)
{
    return (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
}

// Copies what stands before the next % or the end, with some bytes more; how many it were.
static u32 native_plain(u8 *to, const u8 *from)
{
    u64 word;
    memcpy(&word, from, sizeof word);
    memcpy(to, &word, sizeof word);
    u64 found = native_zeros(word) | native_zeros(word ^ 0x0101010101010101u * '%');
    return found ? (u32)__builtin_ctzll(found) / 8 : sizeof word;
}

// %s and %d; 0 when there is more in the format, or no room.
static int native_format(wasm_rt_memory_t *memory, NativeInfo *out, u32 format, u32 argument)
{
    for (const u8 *at = memory->data + format; *at;) {
        if (out->room - out->length < NATIVE_NUMBER)
            return 0;
        u32 plain = native_plain(out->bytes + out->length, at);
        out->length += plain;
        at += plain;
        if (plain == sizeof(u64) || *at != '%')
            continue;
        u8 c = at[1];
        at += 2;
        u32 value = i32_load(memory, argument);
        argument += 4;
        if (out->room - out->length < NATIVE_NUMBER)
            return 0;
        if (c == 'd') {
            out->length += native_number(out->bytes + out->length, (s32)value);
        } else if (c == 's' && value) {
            u32 length = native_length(memory, value);
            if (length >= out->room - out->length)
                return 0;
            memmove(out->bytes + out->length, memory->data + value, length);
            out->length += length;
        } else {
            return 0;
        }
    }
    return out->length < out->room;
}

// void appendStringInfo(StringInfo info, const char *format, ...)
static void native_appendStringInfo(Z_pgquery_instance_t *instance, u32 info, u32 format,
                                    u32 arguments)
{
    NativeInfo out;
    wasm_rt_memory_t *memory = &instance->w2c_z;
    if (native_open(memory, info, &out) && native_format(memory, &out, format, arguments))
        native_close(memory, info, &out);
    else
        module_appendStringInfo(instance, info, format, arguments);
}

// static void _outToken(StringInfo info, const char *text): as a JSON string
static void native_outToken(Z_pgquery_instance_t *instance, u32 info, u32 text)
{
    NativeInfo out;
    wasm_rt_memory_t *memory = &instance->w2c_z;
    u32 length = text ? native_length(memory, text) : 0;
    if (!text || !native_open(memory, info, &out) || length + 2 >= out.room - out.length) {
        module_outToken(instance, info, text);
        return;
    }
    out.bytes[out.length++] = '"';
    for (u32 i = 0; i < length; i++) {
        u8 c = memory->data[text + i];
        if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>') {
            module_outToken(instance, info, text); // begins at the old end
            return;
        }
        out.bytes[out.length++] = c;
    }
    out.bytes[out.length++] = '"';
    native_close(memory, info, &out);
}
