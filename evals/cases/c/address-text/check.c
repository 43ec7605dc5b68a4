#include "peer.c"

int main(void)
{
    char out[80];
    struct connection connection = {{0xc0000201, 80}, {0xc0000209, 4000}, 1500};
    connection_text(&connection, out, sizeof out);
    return strcmp(out, "192.0.2.1:80 -> 192.0.2.9:4000, 1500 bytes") != 0 || is_private(&connection.local);
}
