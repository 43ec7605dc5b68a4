/* Encodes a code point as UTF-8 for the display of a till. */
#include <stddef.h>
#include <stdint.h>

static size_t encoded_size(uint32_t point)
{
    if (point < 0x80)
        return 1;
    if (point < 0x800)
        return 2;
    return point < 0x10000 ? 3 : 4;
}

/* The bytes of a code point up to U+10FFFF; `out` has room for four. */
size_t encode(uint32_t point, unsigned char *out)
{
    static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    size_t size = encoded_size(point);

    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (unsigned char)(lead[size] | point);
    return size;
}
