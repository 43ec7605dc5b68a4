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

/* Add one sample; 0, or -1 when the buffer is full. */
int trace_add(struct trace *trace, int16_t sample)
{
    if (trace->length == trace->capacity)
        return -1;
    trace->samples[trace->length++] = sample;
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
