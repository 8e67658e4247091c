package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.ServerRef;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Casts that a node cannot take, or cannot send, are told in its log. */
final class DroppedCastsTest extends OneServer {
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void readLog() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreLog() {
        System.setErr(err);
    }

    private List<String> dropped() {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("was dropped"))
                .toList();
    }

    @Test
    void aCastFromAnotherNodeThatIsNotTakenIsTold() throws Exception {
        ServerRef ref = held();
        fill(ref);
        remoteCast("k", "right");
        remoteCast("k", "wrong");
        remoteCast("nobody", "right");
        assertThat(dropped()).hasSize(3);
        assertThat(dropped().get(0)).contains("the mailbox is full");
        assertThat(dropped().get(1)).contains("TYPE_MISMATCH");
        assertThat(dropped().get(2)).contains("the server is not here");
    }

    @Test
    void aCastThatCannotLeaveForItsNodeIsTold() {
        node.cluster.putIfAbsent(
                "far",
                WireFormat.encode(new DirectoryEntry("right", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
        node.cluster.sessions(node.servers.session(), PEER);
        ServerRef far = node.servers.ref(type, "far");
        far.cast(new Add());
        await().until(() -> node.cluster.sent().size() == 1);
        node.cluster.queueFull(true);
        far.cast(new Add());
        assertThat(dropped()).singleElement().asString().contains("is full");
    }
}
