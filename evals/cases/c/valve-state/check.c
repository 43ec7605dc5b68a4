#include "valve.c"
#include <assert.h>

int main(void)
{
    struct valve valve = {0, VALVE_OPEN, 0};
    assert(valve_poll(&valve, VALVE_POWERED | VALVE_CLOSED) == 0);
    assert(valve_poll(&valve, VALVE_POWERED | VALVE_OPEN | VALVE_FAULT) == 0);
    assert(valve_poll(&valve, VALVE_POWERED | VALVE_OPEN) == 1 && valve.waits == 0);
    for (int i = 0; i < 599; i++)
        assert(valve_poll(&valve, VALVE_POWERED) == 0);
    return valve_poll(&valve, VALVE_POWERED) != -1;
}
