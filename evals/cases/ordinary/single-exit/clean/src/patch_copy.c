/* Copies a patch of an image from one file to another. */
#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 1 << 20 };

int copy_patch(const char *from, const char *to, long offset, size_t size)
{
    FILE *in = NULL, *out = NULL;
    char *bytes = NULL;
    int result = -1;

    if (size == 0 || size > MAX_BYTES || offset < 0)
        return -1;
    bytes = malloc(size);
    in = fopen(from, "rb");
    if (bytes == NULL || in == NULL)
        goto done;
    if (fseek(in, offset, SEEK_SET) != 0 || fread(bytes, 1, size, in) != size)
        goto done;
    out = fopen(to, "wb");
    if (out == NULL)
        goto done;
    result = fwrite(bytes, 1, size, out) == size ? 0 : -1;
    if (fclose(out) != 0)
        result = -1;
done:
    free(bytes);
    if (in != NULL)
        fclose(in);
    return result;
}
