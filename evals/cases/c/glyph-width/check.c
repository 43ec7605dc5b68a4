#include "glyph.c"
#include <assert.h>

int main(void)
{
    static struct font font;
    font_init(&font);
    assert(text_width(&font, "") == 0 && text_width(&font, "mi") == 22);
    assert(fits(&font, "mi", 22) && !fits(&font, "mi", 21));
    return text_width(&font, "caf\xe9") != 12 * 3 + 13 + 6;
}
