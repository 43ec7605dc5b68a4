/* 自転車用コンピューターの走行記録。 */
#include <stdint.h>
#include <stdio.h>

struct trip {
    uint32_t metres;
    uint32_t seconds;
    uint32_t top_mps10; /* 最高速度、0.1 m/s 単位 */
};

void trip_add(struct trip *trip, uint32_t metres, uint32_t seconds)
{
    trip->metres += metres;
    trip->seconds += seconds;
    if (seconds > 0 && metres * 10 / seconds > trip->top_mps10)
        trip->top_mps10 = metres * 10 / seconds;
}

/* 平均速度、0.1 km/h 単位、四捨五入。 */
uint32_t trip_average(const struct trip *trip)
{
    uint64_t scaled = (uint64_t)trip->metres * 36;
    return (uint32_t)((scaled + trip->seconds / 2) / trip->seconds);
}

int trip_show(const struct trip *trip, char *out, size_t size)
{
    uint32_t average = trip_average(trip);
    return snprintf(out, size, "%u.%u km/h", average / 10, average % 10);
}
