/* The valves of a water plant, as their status registers tell. */
#include <stdint.h>

enum {
    VALVE_POWERED = 0x01,
    VALVE_FAULT = 0x02,
    VALVE_STATE = 0x30,
    VALVE_CLOSED = 0x10,
    VALVE_OPEN = 0x20,
};

struct valve {
    uint8_t status;
    uint8_t wanted;
    unsigned waits;
};

/* Whether the valve stands open or shut and not in between. */
int valve_settled(const struct valve *valve)
{
    return (valve->status & VALVE_STATE) == VALVE_OPEN ||
           (valve->status & VALVE_STATE) == VALVE_CLOSED;
}

/* Called ten times a second; 1 when the valve is there, -1 after a minute of waiting. */
int valve_poll(struct valve *valve, uint8_t status)
{
    valve->status = status;
    if (valve_settled(valve))
        return 1;
    return ++valve->waits >= 600 ? -1 : 0;
}
