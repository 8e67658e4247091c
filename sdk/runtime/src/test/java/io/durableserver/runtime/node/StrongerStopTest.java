package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ServerStatus;
import io.durableserver.Termination;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A delete comes while the server stops already, or cannot tidy up after itself. */
class StrongerStopTest extends StoredNode {
    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aDeleteOfAServerThatIsStoppingDeletesItAllTheSame() throws Exception {
        start();
        backend.hold(key -> key.equals("t/k"));
        CompletionStage<Boolean> stopped = node.servers.admin().terminateAsync("k", Termination.GRACEFUL);
        CompletionStage<Boolean> deleted = node.servers.admin().terminateAsync("k", Termination.DELETE);
        backend.release();
        assertThat(get(stopped)).isTrue();
        assertThat(get(deleted)).isTrue();
        assertThat(node.servers.admin().info("k")).isEmpty();
    }

    @Test
    void aStopForGoodThatComesTooLateIsForGoodAllTheSame() throws Exception {
        start();
        backend.hold(key -> key.equals("t/k"));
        CompletionStage<Boolean> stopped = node.servers.admin().terminateAsync("k", Termination.GRACEFUL);
        CompletionStage<Boolean> forGood = node.servers.admin().terminateAsync("k", Termination.PERMANENT);
        backend.release();
        assertThat(get(stopped)).isTrue();
        assertThat(get(forGood)).isTrue();
        assertThat(node.servers.admin().info("k").orElseThrow().status()).isEqualTo(ServerStatus.STOPPED_PERMANENT);
    }

    @Test
    void aDeleteWhoseTombstoneStaysIsADeleteAllTheSame() throws Exception {
        start();
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k") && isTombstone(key));
        assertThat(get(node.servers.admin().terminateAsync("k", Termination.DELETE)))
                .isTrue();
        assertThat(isTombstone("t/k")).isTrue();
        assertThat(get(node.servers.admin().terminateAsync("k", Termination.DELETE)))
                .isFalse();
        backend.fault(Fault.NONE, key -> false);
        assertThat(start().call(GET)).isEqualTo(1L);
    }

    private boolean isTombstone(String storeKey) {
        return backend.read(storeKey)
                .map(bytes -> RecordFormat.decode("k", bytes).status() == ServerStatus.DELETING)
                .orElse(false);
    }
}
