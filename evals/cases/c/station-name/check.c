#include "station.c"
#include <assert.h>

int main(void)
{
    static struct line line;
    char out[64];
    assert(line_add(&line, "Harbour", 3) == 0 && line_add(&line, "Museum of Modern Art", 0x41424344) == 0);
    assert(line_show(&line, 0, out, sizeof out) == 10 && strcmp(out, "Harbour 3'") == 0);
    assert(line_show(&line, 1, out, sizeof out) > 0);
    puts(out);
    assert(strncmp(out, "Museum of Moder 1094861636'", 40) == 0);
    return line_minutes(&line) != 0x41424347;
}
