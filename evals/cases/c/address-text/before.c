/* What the gateway prints of its connections. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct peer {
    uint32_t address;
    uint16_t port;
};

struct connection {
    struct peer local;
    struct peer remote;
    unsigned long bytes;
};

static const char *address_text(const struct peer *peer)
{
    static char text[24];

    snprintf(text, sizeof text, "%u.%u.%u.%u:%u", peer->address >> 24 & 255,
             peer->address >> 16 & 255, peer->address >> 8 & 255, peer->address & 255,
             peer->port);
    return text;
}

/* "192.0.2.1:80, 1500 bytes" */
int connection_text(const struct connection *connection, char *out, size_t size)
{
    return snprintf(out, size, "%s, %lu bytes", address_text(&connection->remote),
                    connection->bytes);
}

/* Private networks are not shown to the support. */
int is_private(const struct peer *peer)
{
    return peer->address >> 24 == 10 || peer->address >> 16 == 0xc0a8 ||
           peer->address >> 20 == 0xac1;
}
