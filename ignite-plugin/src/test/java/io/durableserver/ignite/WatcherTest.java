package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatcherTest {
    private final List<String> seen = new ArrayList<>();
    private final Watcher watcher = new Watcher(
            "k",
            (key, value) -> seen.add(key + value.map(bytes -> "=" + bytes[0]).orElse(" removed")));

    private static Row row(long revision) {
        return Row.of(revision, 0, 0, new byte[] {(byte) revision});
    }

    @Test
    void theScanNeverUndoesAChange() {
        watcher.changed("k", row(2), false);
        watcher.present("k", row(1));
        watcher.present("k", row(2));
        watcher.changed("k", row(2), true);
        watcher.present("k", row(2));
        watcher.changed("other", row(9), false);
        assertThat(seen).containsExactly("k=2", "k removed");
    }

    @Test
    void aRepeatedChangeNeverUndoesANewerOne() {
        watcher.present("k", row(1));
        watcher.changed("k", row(1), true);
        watcher.changed("k", row(1), false);
        watcher.changed("k", row(2), false);
        watcher.changed("k", row(1), true);
        watcher.forgetRemoved();
        watcher.forgetRemoved();
        watcher.changed("k", row(1), false);
        assertThat(seen).containsExactly("k=1", "k removed", "k=2");
    }

    @Test
    void oldRemovalsAreForgottenAndYoungOnesAreNot() {
        watcher.changed("k", row(5), true);
        watcher.forgetRemoved();
        watcher.changed("k", row(4), false);
        assertThat(seen).containsExactly("k removed");
        watcher.forgetRemoved();
        watcher.changed("k", row(4), false);
        assertThat(seen).containsExactly("k removed", "k=4");
    }
}
