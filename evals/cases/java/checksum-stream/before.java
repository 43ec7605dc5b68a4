package archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/** 归档中各文件的校验和。 */
public final class Checksums {
    /** 文件的来源。 */
    public interface Source {
        InputStream open(String name) throws IOException;
    }

    private final Source source;

    public Checksums(Source source) {
        this.source = source;
    }

    public long of(String name) throws IOException {
        try (InputStream in = source.open(name)) {
            CRC32 sum = new CRC32();
            sum.update(in.readAllBytes());
            return sum.getValue();
        }
    }

    public boolean same(String one, String other) throws IOException {
        return of(one) == of(other);
    }
}
