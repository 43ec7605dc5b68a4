package drive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sizes of folders in a shared drive, where a folder can be linked into any other. */
public final class FolderSize {
    /** A folder: the bytes of its own files and the ids of the folders in it. */
    public record Folder(String id, long bytes, List<String> children) {}

    private final Map<String, Folder> folders;

    public FolderSize(Map<String, Folder> folders) {
        this.folders = Map.copyOf(folders);
    }

    /** All bytes below a folder, each folder counted once. */
    public long bytes(String id) {
        return bytes(id, new HashSet<>());
    }

    private long bytes(String id, Set<String> seen) {
        if (!seen.add(id)) {
            return 0;
        }
        Folder folder = folders.get(id);
        long sum = folder.bytes();
        for (String child : folder.children()) {
            sum += bytes(child, seen);
        }
        return sum;
    }

    public boolean contains(String id) {
        return folders.containsKey(id);
    }
}
