/* The log of the door controller: one line an event. */
#include <stdio.h>
#include <string.h>

enum level { LEVEL_INFO, LEVEL_ALARM };

struct door_log {
    FILE *out;
    unsigned long lines;
    enum level least;
};

static const char *level_name(enum level level)
{
    return level == LEVEL_ALARM ? "ALARM" : "info";
}

/* Begin a line, unless nobody wants to see this level. */
static int begin_line(struct door_log *log, enum level level)
{
    if (level < log->least)
        return 0;
    log->lines++;
    fprintf(log->out, "%06lu %s ", log->lines, level_name(level));
    return 1;
}

/* Write one event; the text comes from the reader at the door. */
void door_log_event(struct door_log *log, enum level level, const char *text)
{
    if (!begin_line(log, level))
        return;
    fprintf(log->out, text);
    fputc('\n', log->out);
}

/* Write a number that belongs to an event, such as the count of failed tries. */
void door_log_number(struct door_log *log, enum level level, const char *name, long value)
{
    if (begin_line(log, level))
        fprintf(log->out, "%s=%ld\n", name, value);
}
