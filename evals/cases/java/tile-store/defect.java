package maps;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Map tiles, each rendered at most once. Used by all request threads. */
public final class TileStore {
    /** The place of a tile. */
    public record Key(int zoom, int x, int y) {
        Key parent() {
            return new Key(zoom - 1, x / 2, y / 2);
        }
    }

    private final ConcurrentMap<Key, byte[]> tiles = new ConcurrentHashMap<>();
    private final Function<Key, byte[]> renderer;
    private final LongAdder rendered = new LongAdder();

    public TileStore(Function<Key, byte[]> renderer) {
        this.renderer = renderer;
    }

    public byte[] tile(Key key) {
        byte[] tile = tiles.get(key);
        if (tile == null) {
            rendered.increment();
            tile = renderer.apply(key);
            tiles.put(key, tile);
        }
        return tile;
    }

    /** How many tiles had to be rendered. */
    public long rendered() {
        return rendered.sum();
    }

    /** Forget a tile that was edited, and what was made of it. */
    public void invalidate(Key key) {
        for (Key at = key; at.zoom() >= 0; at = at.parent()) {
            tiles.remove(at);
        }
    }
}
