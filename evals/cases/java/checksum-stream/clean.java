package archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/** Checksums of the files of an archive. */
public final class Checksums {
    /** Where the files come from. */
    public interface Source {
        InputStream open(String name) throws IOException;
    }

    private final Source source;

    public Checksums(Source source) {
        this.source = source;
    }

    /** The checksum of a file that has to have `length` bytes; it is read in pieces. */
    public long of(String name, long length) throws IOException {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[8192];
        long total = 0;
        try (InputStream in = source.open(name)) {
            int got;
            while ((got = in.read(piece)) != -1) {
                sum.update(piece, 0, got);
                total += got;
            }
        }
        if (total != length) {
            throw new IOException(name + ": " + total + " bytes instead of " + length);
        }
        return sum.getValue();
    }

    public boolean same(String one, String other, long length) throws IOException {
        return of(one, length) == of(other, length);
    }
}
