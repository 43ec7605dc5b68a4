/* Makes file names out of the titles of recordings, in place. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* Cut a title to `limit` characters, between two words if there are two. */
void cut(char *text, size_t limit)
{
    size_t at = limit;

    if (strlen(text) <= limit)
        return;
    while (at > 0 && text[at] != '-')
        at--;
    text[at > 0 ? at : limit] = '\0';
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
