#include "trip.c"
#include <string.h>

int main(void)
{
    char out[32];
    struct trip trip = {0};
    trip_add(&trip, 1000, 180);
    trip_show(&trip, out, sizeof out);
    if (strcmp(out, "20.0 km/h") != 0 || trip.top_mps10 != 55)
        return 1;
    trip = (struct trip){0};
    trip_show(&trip, out, sizeof out);
    return strcmp(out, "0.0 km/h") != 0;
}
