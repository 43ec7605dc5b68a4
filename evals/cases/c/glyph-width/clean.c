/* Widths of the glyphs of a label printer, in dots. */
#include <stddef.h>
#include <string.h>

enum { DEFAULT_WIDTH = 12, GAP = 2 };

struct font {
    unsigned char loaded;
    unsigned char widths[256];
};

void font_init(struct font *font)
{
    memset(font->widths, DEFAULT_WIDTH, sizeof font->widths);
    font->widths[' '] = 6;
    font->widths['i'] = font->widths['l'] = 4;
    font->widths['m'] = font->widths['w'] = 16;
    font->widths[0xe9] = 13;
    font->loaded = 1;
}

/* The width of a line; labels are Latin-1. */
size_t text_width(const struct font *font, const char *text)
{
    size_t dots = 0;

    for (const char *at = text; *at != '\0'; at++)
        dots += font->widths[(unsigned char)*at] + GAP;
    return dots > 0 ? dots - GAP : 0;
}

/* Whether a line fits on a label of so many dots. */
int fits(const struct font *font, const char *text, size_t dots)
{
    return font->loaded && text_width(font, text) <= dots;
}
