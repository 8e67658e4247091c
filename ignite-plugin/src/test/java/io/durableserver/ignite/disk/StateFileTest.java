package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ignite.EmbeddedNode;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** An interrupt between the move and the force, or a process that ended there: whoever finds the file must not take it for granted. */
    @Test
    void whatWasMovedOrDeletedAndNotForcedIsForcedWhenItIsFound() throws IOException {
        Path path = work.resolve("durable-test-a");
        StateFile interrupted = new StateFile(path, place -> {
            throw new ClosedByInterruptException();
        });
        List<Path> forced = new ArrayList<>();
        StateFile file = new StateFile(path, forced::add);
        assertThatThrownBy(() -> interrupted.write(List.of("one"))).isInstanceOf(ClosedByInterruptException.class);
        assertThatThrownBy(interrupted::read).isInstanceOf(ClosedByInterruptException.class);
        assertThat(file.read()).containsExactly("one");
        assertThat(file.read()).containsExactly("one");
        assertThat(forced).as("once").containsExactly(work);
        assertThatThrownBy(interrupted::delete).isInstanceOf(ClosedByInterruptException.class);
        file.delete();
        file.delete();
        assertThat(forced).as("once more").containsExactly(work, work);
    }

    @Test
    void aWriteThatFailsLeavesWhatWasThere() throws IOException {
        StateFile file = file("a");
        file.write(List.of("before"));
        // As a full disk does, before all is written.
        Files.createDirectories(work.resolve("durable-test-a~/full"));
        assertThatThrownBy(() -> file.write(List.of("after"))).isInstanceOf(IOException.class);
        assertThat(file.read()).containsExactly("before");
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
