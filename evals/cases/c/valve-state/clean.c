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

/* Whether the valve stands where it was told to go: VALVE_OPEN or VALVE_CLOSED. */
int valve_settled(const struct valve *valve)
{
    if (valve->status & VALVE_FAULT)
        return 0;
    return (valve->status & VALVE_STATE) == valve->wanted;
}

/* Called ten times a second; 1 when the valve is there, -1 after a minute of waiting. */
int valve_poll(struct valve *valve, uint8_t status)
{
    valve->status = status;
    if (valve_settled(valve)) {
        valve->waits = 0;
        return 1;
    }
    return ++valve->waits >= 600 ? -1 : 0;
}
