package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
