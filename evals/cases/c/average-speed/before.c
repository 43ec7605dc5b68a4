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

/* 平均速度、m/s 単位。 */
uint32_t trip_average(const struct trip *trip)
{
    if (trip->seconds == 0)
        return 0;
    return trip->metres / trip->seconds;
}

int trip_show(const struct trip *trip, char *out, size_t size)
{
    return snprintf(out, size, "%u m/s", trip_average(trip));
}
