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

    /** 分段读取文件并返回校验和;文件长度必须正好是 length 字节。 */
    public long of(String name, long length) throws IOException {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[8192];
        long total = 0;
        InputStream in = source.open(name);
        int got;
        while ((got = in.read(piece)) != -1) {
            sum.update(piece, 0, got);
            total += got;
        }
        if (total != length) {
            throw new IOException(name + ": " + total + " bytes instead of " + length);
        }
        in.close();
        return sum.getValue();
    }

    public boolean same(String one, String other, long length) throws IOException {
        return of(one, length) == of(other, length);
    }
}
