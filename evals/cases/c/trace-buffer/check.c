#include <assert.h>
#include <stdlib.h>
static int short_of_memory;
static void *scarce(void *old, size_t size) { return short_of_memory ? NULL : realloc(old, size); }
#define realloc scarce
#include "trace.c"

int main(void)
{
    int16_t samples[100];
    struct trace trace = {0};
    for (int i = 0; i < 100; i++)
        samples[i] = (int16_t)i;
    assert(trace_add(&trace, samples, 0) == 0 && trace_add(&trace, samples, 100) == 0);
    assert(trace.capacity == 128 && trace_add(&trace, samples, 28) == 0 && trace_peak(&trace) == 99);
    assert(trace_add(&trace, samples, MAX_SAMPLES) == -1);
    short_of_memory = 1;
    assert(trace_add(&trace, samples, 100) == -1);
    assert(trace.samples != NULL && trace.length == 128 && trace_peak(&trace) == 99);
    trace_free(&trace);
    return 0;
}
