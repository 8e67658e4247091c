package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ignite.EmbeddedNode;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetAsideTest {
    @TempDir
    private Path work;

    private NodeOnDisk disk;
    private EmbeddedNode node;

    @BeforeEach
    void store() throws IOException {
        disk = NodeOnDisk.in(work).store("old");
        node = disk.node();
    }

    /** Ignite reads all files there, also one that a kill left. */
    @Test
    void nothingIsTriedAmongIgnitesMetadata() throws IOException {
        Path metadata = Files.createDirectories(work.resolve("db/binary_meta/b_1"));
        FileTime before = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(metadata, before);
        assertThat(SetAside.cannot(node)).isEmpty();
        assertThat(Files.getLastModifiedTime(metadata)).isEqualTo(before);
    }

    /** Else what was given up is back after a loss of power, and no mark says that it was given up. */
    @Test
    void whatWasMovedAndNotForcedIsForcedByTheNextAttempt() throws IOException {
        assertThatThrownBy(() -> SetAside.move(node, "b.1", directory -> {
                    throw new ClosedByInterruptException();
                }))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(work.resolve("db/b_1")).as("moved").doesNotExist();
        List<Path> forced = new ArrayList<>();
        SetAside.move(node, "b.1", forced::add);
        disk.assertAside("b.1", "old");
        assertThat(forced)
                .contains(
                        work.resolve("db"),
                        work.resolve("given-up/b.1/db"),
                        work.resolve("given-up"),
                        work,
                        work.resolve("db/wal"),
                        work.resolve("given-up/b.1/db/wal"));
    }
}
