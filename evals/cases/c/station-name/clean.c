/* Names of the stations on the display of a tram. */
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 16, MAX_STATIONS = 40 };

struct station {
    char name[NAME_SIZE];
    unsigned minutes;
};

struct line {
    struct station stations[MAX_STATIONS];
    int count;
};

/* Add a station; -1 when there is no room for it. Long names are cut. */
int line_add(struct line *line, const char *name, unsigned minutes)
{
    struct station *station;

    if (line->count == MAX_STATIONS)
        return -1;
    station = &line->stations[line->count++];
    snprintf(station->name, NAME_SIZE, "%s", name);
    station->minutes = minutes;
    return 0;
}

/* What the display shows for the next stop: "Harbour 3'". */
int line_show(const struct line *line, int index, char *out, size_t size)
{
    if (index < 0 || index >= line->count)
        return -1;
    return snprintf(out, size, "%s %u'", line->stations[index].name, line->stations[index].minutes);
}

unsigned line_minutes(const struct line *line)
{
    unsigned sum = 0;
    for (int i = 0; i < line->count; i++)
        sum += line->stations[i].minutes;
    return sum;
}
