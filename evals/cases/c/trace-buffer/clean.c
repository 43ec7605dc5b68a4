/* Samples of an oscilloscope trace; the buffer grows as they come in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct trace {
    int16_t *samples;
    size_t length;
    size_t capacity;
};

enum { FIRST_CAPACITY = 64, MAX_SAMPLES = 1 << 24 };

/* Make room for `count` more; 0, or -1 and the trace is as it was. */
static int reserve(struct trace *trace, size_t count)
{
    size_t wanted = trace->capacity ? trace->capacity : FIRST_CAPACITY;
    int16_t *grown;
    if (count > MAX_SAMPLES - trace->length)
        return -1;
    while (wanted < trace->length + count)
        wanted *= 2;
    if (wanted == trace->capacity)
        return 0;
    grown = realloc(trace->samples, wanted * sizeof *grown);
    if (grown == NULL)
        return -1;
    trace->samples = grown;
    trace->capacity = wanted;
    return 0;
}

/* Add samples; 0, or -1 and nothing was added. */
int trace_add(struct trace *trace, const int16_t *samples, size_t count)
{
    if (count == 0 || reserve(trace, count) != 0)
        return count == 0 ? 0 : -1;
    memcpy(trace->samples + trace->length, samples, count * sizeof *samples);
    trace->length += count;
    return 0;
}

int16_t trace_peak(const struct trace *trace)
{
    int16_t peak = INT16_MIN;
    for (size_t i = 0; i < trace->length; i++)
        if (trace->samples[i] > peak)
            peak = trace->samples[i];
    return peak;
}

void trace_free(struct trace *trace)
{
    free(trace->samples);
    memset(trace, 0, sizeof *trace);
}
