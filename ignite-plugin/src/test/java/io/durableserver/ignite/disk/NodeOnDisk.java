package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.EmbeddedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The settings of a node with persistence, and a file in each directory where Ignite would keep its data. */
public record NodeOnDisk(EmbeddedNode node) {
    private static final List<String> PARTS = List.of("db/b_1", "db/wal/b_1", "db/wal/archive/b_1");

    /** A node named {@code b.1} without data. */
    public static NodeOnDisk in(Path work) {
        return new NodeOnDisk(EmbeddedNode.builder()
                .name("b.1")
                .workDirectory(work)
                .persistence(true)
                .build());
    }

    /** Writes the data of the node. */
    public NodeOnDisk store(String text) throws IOException {
        for (String part : PARTS) {
            Path directory = Files.createDirectories(node.workDirectory().resolve(part));
            Files.writeString(directory.resolve("data"), text);
        }
        return this;
    }

    /** Fails unless all of this data was given up under this name. */
    public void assertAside(String name, String text) {
        for (String part : PARTS) {
            assertThat(node.workDirectory()
                            .resolve("given-up")
                            .resolve(name)
                            .resolve(part)
                            .resolve("data"))
                    .hasContent(text);
        }
    }
}
