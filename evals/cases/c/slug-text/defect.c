/* Makes file names out of the titles of recordings, in place. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* Cut a title at a word before `limit`. */
void cut(char *text, size_t limit)
{
    if (strlen(text) <= limit)
        return;
    while (limit > 0 && text[limit] != '-')
        limit--;
    text[limit] = '\0';
}

/* Letters and digits stay, in lower case; all else becomes one dash. */
void slug(char *text)
{
    size_t out = 0;

    for (size_t i = 0; i < strlen(text); i++) {
        unsigned char sign = (unsigned char)text[i];
        if (isalnum(sign))
            text[out++] = (char)tolower(sign);
        else if (out > 0 && text[out - 1] != '-')
            text[out++] = '-';
    }
    if (out > 0 && text[out - 1] == '-')
        out--;
    text[out] = '\0';
}

/* The whole transcript of a recording is a file name's worth of words. */
void file_name(char *text, size_t limit)
{
    slug(text);
    cut(text, limit);
}
