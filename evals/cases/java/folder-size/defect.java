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

    /** All bytes below a folder, each folder counted once. Deep drives overflowed the stack. */
    public long bytes(String id) {
        Set<String> seen = new HashSet<>();
        Deque<String> waiting = new ArrayDeque<>(List.of(id));
        long sum = 0;
        while (!waiting.isEmpty()) {
            String next = waiting.pop();
            Folder folder = folders.get(next);
            if (seen.add(next)) {
                sum += folder.bytes();
            }
            waiting.addAll(folder.children());
        }
        return sum;
    }

    public boolean contains(String id) {
        return folders.containsKey(id);
    }
}
