package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.DurableFile;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    private Path work;

    private StateFile file(String name) {
        return new StateFile(
                EmbeddedNode.builder().name(name).workDirectory(work).build(), "durable-test-");
    }

    @Test
    void whatWasWrittenIsReadUntilItIsDeleted() throws IOException {
        StateFile file = file("a");
        assertThat(file.read()).isEmpty();
        file.write(List.of("one", "two"));
        file.write(List.of("three"));
        assertThat(file("a").read()).containsExactly("three");
        file.delete();
        file.delete();
        assertThat(file.exists()).isFalse();
        assertThat(work).isEmptyDirectory();
    }

    /** A process that ended between the move and the force may have left it. */
    @Test
    void whatIsFoundIsForcedBeforeItIsRead() throws IOException {
        Path path = Files.write(work.resolve("durable-test-a"), List.of("one"));
        StateFile interrupted = new StateFile("a", new DurableFile(path, place -> {
            throw new ClosedByInterruptException();
        }));
        assertThatThrownBy(interrupted::read).isInstanceOf(ClosedByInterruptException.class);
        assertThat(file("a").read()).containsExactly("one");
        assertThat(interrupted.read()).as("it stays").containsExactly("one");
    }

    @Test
    void nodesOfOneWorkDirectoryDoNotTouchEachOthersFiles() throws IOException {
        for (String other : List.of("a.new", "a.tmp", "a-1", "a_", "a..")) {
            file(other).write(List.of(other));
        }
        file("a").write(List.of("a"));
        for (String other : List.of("a.new", "a.tmp", "a-1", "a_", "a..")) {
            assertThat(file(other).read()).containsExactly(other);
        }
    }
}
