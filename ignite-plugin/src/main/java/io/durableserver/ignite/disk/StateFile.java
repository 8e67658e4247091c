package io.durableserver.ignite.disk;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.DurableFile;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** A {@link DurableFile} that a node keeps in its work directory beside Ignite's files. */
public final class StateFile {
    private final String node;
    private final DurableFile file;

    /** @param kind what the file is for; nodes of one work directory have one each */
    public StateFile(EmbeddedNode node, String kind) {
        this(node.name(), new DurableFile(node.workDirectory().resolve(kind + node.name())));
    }

    StateFile(String node, DurableFile file) {
        this.node = node;
        this.file = file;
    }

    /** The fact that it cannot be used, and what happens because of that. */
    public RuntimeEvent unusable(String problem, IOException error) {
        return new ClusterEvent.FileUnusable(node, path().toString(), problem, error);
    }

    public Path path() {
        return file.path();
    }

    public boolean exists() {
        return Files.exists(path());
    }

    /** The lines; none where there is no file. What is found stays. */
    public List<String> read() throws IOException {
        if (!exists()) {
            return List.of();
        }
        file.confirm();
        return Files.readAllLines(path());
    }

    public void write(Collection<String> lines) throws IOException {
        file.write(lines);
    }

    public void delete() throws IOException {
        file.delete();
    }
}
