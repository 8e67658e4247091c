package io.durableserver.ignite.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.disk.NodeOnDisk;
import io.durableserver.ignite.disk.SetAside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenUpTest {
    private static final KeptSide KEPT = new KeptSide(List.of("k1", "k2"), List.of("10.0.0.1:47500"));

    @TempDir
    private Path work;

    private NodeOnDisk disk;
    private EmbeddedNode node;

    @BeforeEach
    void store() throws IOException {
        disk = NodeOnDisk.in(work).store("old");
        node = disk.node();
    }

    private GivenUp again() {
        return GivenUp.of(node).orElseThrow();
    }

    @Test
    void theMarkTellsAnotherProcessWhichSideWasKept() {
        assertThat(GivenUp.of(node)).isEmpty();
        GivenUp.mark(node, KEPT);
        assertThat(again().kept()).isEqualTo(KEPT);
        assertThat(again().waits()).hasMessageContainingAll("k1", "10.0.0.1:47500", work.resolve("db") + " ");
        again().done();
        assertThat(GivenUp.of(node)).isEmpty();
    }

    @Test
    void allDataGoesToOnePlaceOnceAndIsNotTouchedAgain() throws IOException {
        GivenUp.mark(node, KEPT);
        assertThat(again().moveAside()).contains(work.resolve("given-up/b.1"));
        disk.assertAside("b.1", "old");
        // What an attempt to join left may be the copy of what is kept.
        disk.store("copy");
        assertThat(again().moveAside()).as("told once").isEmpty();
        disk.assertAside("b.1", "old");
        assertThat(work.resolve("db/b_1/data")).hasContent("copy");
        assertThat(work.resolve("given-up")).isDirectoryNotContaining("glob:**-2");
        assertThat(again().waits()).hasMessageContaining(work.resolve("given-up/b.1") + " ");
    }

    /** By a kill, or a disk that is full. */
    @Test
    void aMoveThatWasCutOffGoesOnToTheSamePlace() throws IOException {
        GivenUp.mark(node, KEPT);
        again().choose();
        Path inTheWay = work.resolve("given-up/b.1/db/wal");
        Files.createDirectories(inTheWay.getParent());
        Files.writeString(inTheWay, "no directory");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> again().moveAside())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("given-up/b.1");
        }
        assertThat(work.resolve("db/b_1")).as("what was moved").doesNotExist();
        assertThat(work.resolve("db/wal/b_1/data")).as("what was not").hasContent("old");
        assertThat(again().waits()).hasMessageContainingAll("given-up/b.1 ", work.resolve("db") + " ");

        Files.delete(inTheWay);
        again().moveAside();
        disk.assertAside("b.1", "old");
        assertThat(work.resolve("given-up")).isDirectoryNotContaining("glob:**-2");
    }

    @Test
    void whatItGotFromOthersThanTheKeptSideGoesAsideToo() throws IOException {
        GivenUp.mark(node, KEPT);
        GivenUp given = again();
        given.moveAside();
        disk.store("strangers");
        given.strayed();
        again().moveAside();
        disk.assertAside("b.1", "old");
        disk.assertAside("b.1-2", "strangers");
    }

    @Test
    void dataOnAnotherDiskIsNotPromisedToMove() throws IOException {
        Path other = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(other), "another disk, to try with: /dev/shm");
        assumeTrue(!Files.getFileStore(other).equals(Files.getFileStore(work)), "another disk than that of the tests");
        assertThat(SetAside.cannot(node)).isEmpty();
        assertThat(work.resolve("given-up")).isEmptyDirectory();
        assertThat(work.resolve("db/b_1")).isDirectoryNotContaining("glob:**.check");
        Path device = Files.createTempDirectory(other, "durable-test");
        try {
            Files.move(work.resolve("db/wal"), work.resolve("db/wal-before"));
            Files.createDirectories(device.resolve("b_1"));
            Files.createSymbolicLink(work.resolve("db/wal"), device);
            assertThat(SetAside.cannot(node))
                    .hasValueSatisfying(why -> assertThat(why).contains("db/wal/b_1", "one disk"));
            GivenUp.mark(node, KEPT);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> again().moveAside())
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining(work.resolve("given-up/b.1").toString());
            }
            assertThat(work.resolve("given-up")).isDirectoryNotContaining("glob:**-2");
        } finally {
            Files.delete(device.resolve("b_1"));
            Files.delete(device);
        }
    }
}
