#include "door_log.c"
#include <assert.h>

int main(void)
{
    char seen[200] = "";
    struct door_log log = {fmemopen(seen, sizeof seen, "w"), 0, LEVEL_INFO};
    door_log_event(&log, LEVEL_INFO, "opened");
    door_log_number(&log, LEVEL_ALARM, "tries", 4);
    door_log_event(&log, LEVEL_INFO, "badge 100%%");
    log.least = LEVEL_ALARM;
    door_log_event(&log, LEVEL_INFO, "closed");
    fclose(log.out);
    return strcmp(seen, "000001 info opened\n000002 ALARM tries=4\n000003 info badge 100%%\n") != 0;
}
