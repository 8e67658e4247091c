package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.NodeState.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.ignite.IgniteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskTroubleTest {
    @TempDir
    private Path work;

    private EmbeddedNode node() {
        return EmbeddedNode.builder()
                .name("n1")
                .workDirectory(work)
                .persistence(true)
                .walSegmentBytes(8 << 20)
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No space left on device",
                "/data/db/wal: Disk quota exceeded",
                "There is not enough space on the disk"
            })
    void aFullDiskIsToldWithWhereAndHowMuchToFree(String says) {
        assertThat(DiskTrouble.of(new IgniteException("a wrapper", new IgniteException(new IOException(says))), node()))
                .hasValueSatisfying(disk -> {
                    assertThat(disk.trouble()).isEqualTo(Trouble.DISK_FULL);
                    assertThat(disk.text()).contains(work.toString(), "make room of 16 MiB", "MiB free", says);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed to read page (CRC validation failed) [id=1, file=part-1.bin]",
                "Page is broken. Can't restore it from WAL. (grpId = 1, pageId = 2).",
                "Failed to verify, file=part-3.bin\" (invalid file signature)",
                "Failed to initialize WAL segment: 0000000000000000.wal",
                "Failed to read checkpoint record from WAL, persistence consistency cannot be guaranteed.",
                "Input/output error",
                "durable-x.copies does not say it: what is in it was not written by this library"
            })
    void aDamagedFileIsToldWithWhatToMoveAway(String says) {
        assertThat(DiskTrouble.of(new IgniteException("a wrapper", new IOException(says)), node()))
                .hasValueSatisfying(disk -> {
                    assertThat(disk.trouble()).isEqualTo(Trouble.DISK_DAMAGED);
                    assertThat(disk.text()).contains(work.resolve("db").toString(), "filled from them", says);
                });
    }

    @Test
    void whatIsNotTheDiskIsNotToldAsIt() {
        IOException inner = new IOException("Connection reset");
        IgniteException ring = new IgniteException("a", inner);
        inner.initCause(ring);
        assertThat(DiskTrouble.of(ring, node())).isEmpty();
        assertThat(DiskTrouble.of(null, node())).isEmpty();
        assertThat(DiskTrouble.full(node())).as("there is room").isEmpty();
    }
}
