package io.durableserver.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Termination;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Control.ActivateRequest;
import io.durableserver.runtime.wire.Control.StartRequest;
import io.durableserver.runtime.wire.Control.TerminateRequest;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node is given of the time of whoever asks it. */
class ControlPlaneTest {
    private static final Session SELF = new Session("n1", "i1");
    private static final Session OTHER = new Session("n2", "i1");

    private final List<Control> sent = new ArrayList<>();
    private final List<Duration> timeouts = new ArrayList<>();
    private final List<Control> handled = new ArrayList<>();
    private final ControlPlane plane = new ControlPlane(new Recording(), SELF, request -> {
        handled.add(request);
        return new CompletableFuture<>();
    });

    private final class Recording implements Transport {
        @Override
        public void onMessage(MessageHandler handler) {}

        @Override
        public void onRequest(RequestHandler handler) {}

        @Override
        public boolean send(Session to, byte[] message) {
            return false;
        }

        @Override
        public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
            sent.add(WireFormat.decodeControl(request));
            timeouts.add(timeout);
            return new CompletableFuture<>();
        }
    }

    private static StartRequest start(long remainingNanos) {
        return new StartRequest(revival(remainingNanos));
    }

    private static Start revival(long remainingNanos) {
        return new Start("k", "counter", new Start.Cause.Revive(), Origin.NONE.until(remainingNanos));
    }

    /** The arbiter asks the chosen node, so a start has two hops, and each keeps something back. */
    @ParameterizedTest
    @CsvSource({"100, 90", "1000, 900", "5000, 4500", "10000, 9500", "60000, 59500"})
    void anotherNodeAnswersBeforeTheAskerGivesUp(long millis, long left) {
        Duration timeout = Duration.ofMillis(millis);
        var unused = plane.ask(OTHER, start(timeout.toNanos()), timeout);
        unused = plane.ask(OTHER, new ActivateRequest(revival(timeout.toNanos())), timeout);
        Origin origin = Origin.NONE.until(timeout.toNanos());
        unused = plane.ask(OTHER, new TerminateRequest("k", Termination.GRACEFUL, origin), timeout);
        assertThat(timeouts).containsExactly(timeout, timeout, timeout);
        assertThat(((StartRequest) sent.get(0)).start().origin().deadlineNanos())
                .isEqualTo(left * 1_000_000);
        assertThat(((ActivateRequest) sent.get(1)).start().origin().deadlineNanos())
                .isEqualTo(left * 1_000_000);
        assertThat(((TerminateRequest) sent.get(2)).origin().deadlineNanos()).isEqualTo(left * 1_000_000);
    }

    @Test
    void thisNodeHasAllTheTimeThereIs() {
        var unused = plane.ask(SELF, start(1_000), Duration.ofNanos(1_000));
        assertThat(sent).isEmpty();
        assertThat(handled)
                .singleElement()
                .isInstanceOfSatisfying(
                        StartRequest.class,
                        given -> assertThat(given.start().origin().deadlineNanos())
                                .isEqualTo(1_000));
    }
}
