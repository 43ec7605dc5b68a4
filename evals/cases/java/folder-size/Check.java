import drive.FolderSize;
import drive.FolderSize.Folder;
import java.util.List;
import java.util.Map;

public class Check {
    static long bytes;

    public static void main(String[] args) throws Exception {
        FolderSize sizes = new FolderSize(Map.of(
            "a", new Folder("a", 1, List.of("b", "c")),
            "b", new Folder("b", 10, List.of("c")),
            "c", new Folder("c", 100, List.of()),
            "x", new Folder("x", 5, List.of("y")),
            "y", new Folder("y", 6, List.of("x"))));
        assert sizes.bytes("a") == 111;
        Thread run = new Thread(() -> bytes = sizes.bytes("x"));
        run.setDaemon(true);
        run.start();
        run.join(2_000);
        assert bytes == 11 : bytes;
    }
}
