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

/* Spaces become dashes. */
void slug(char *text)
{
    for (char *at = text; *at != '\0'; at++)
        if (*at == ' ')
            *at = '-';
}

/* The whole transcript of a recording is a file name's worth of words. */
void file_name(char *text, size_t limit)
{
    slug(text);
    cut(text, limit);
}
