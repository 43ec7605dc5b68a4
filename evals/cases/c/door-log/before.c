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

/* Write one event. */
void door_log_event(struct door_log *log, enum level level, const char *text)
{
    if (level < log->least)
        return;
    log->lines++;
    fprintf(log->out, "%06lu %s %s\n", log->lines, level_name(level), text);
}

/* Write a number that belongs to an event, such as the count of failed tries. */
void door_log_number(struct door_log *log, enum level level, const char *name, long value)
{
    char text[80];
    snprintf(text, sizeof text, "%s=%ld", name, value);
    door_log_event(log, level, text);
}
