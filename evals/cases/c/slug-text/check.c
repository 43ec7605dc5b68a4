#include <assert.h>
#include <string.h>
static unsigned long walked;
static size_t counted(const char *text) { walked++; return (strlen)(text); }
#define strlen(text) counted(text)
#include "slug.c"

int main(void)
{
    char text[] = "  Talk: C & Rust, part 2!  ";
    char other[] = "one two three";
    slug(text);
    assert(strcmp(text, "talk-c-rust-part-2") == 0);
    file_name(other, 9);
    assert(strcmp(other, "one-two") == 0);
    return walked > 3;
}
