package io.durableserver.runtime.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** On a thread that is not its own, a turn may be read, and nothing leaves it. */
class TurnApartTest {
    private final List<String> gated = new ArrayList<>();

    private final Turn.Owner owner = new Turn.Owner() {
        @Override
        public String key() {
            return "k";
        }

        @Override
        public long awaitGate(long nanos) {
            gated.add("awaited");
            return nanos;
        }

        @Override
        public void gate(Output output) {
            gated.add("let out");
        }
    };

    private final Turn turn = new Turn(owner, new Origin(List.of("caller"), 0, RequestTag.NONE, Map.of("trace", "7")));
    private final Turn apart = turn.apart("go back first");

    private static void refused(ThrowingCallable what) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, what);
        assertThat(error).hasMessageContaining("go back first");
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.NOT_ALLOWED_HERE);
        assertThat(error.context()).containsEntry("key", "k");
    }

    @Test
    void whatWouldLeaveTheTurnIsRefused() {
        Turn before = Turn.replace(apart);
        try {
            refused(apart::mayAct);
            refused(apart::owner);
            refused(Turn::waitingHere);
            refused(Turn::originHere);
            refused(() -> Gated.send(() -> CompletableFuture.completedFuture("sent")));
            refused(() -> apart.add(new Output() {
                @Override
                public void emit() {}

                @Override
                public void fail(DurableServerException error) {}
            }));
        } finally {
            assertThat(Turn.replace(before)).isSameAs(apart);
        }
        assertThat(before).isNull();
        assertThat(Turn.current()).isNull();
        assertThat(turn.outputs()).isEmpty();
        assertThat(gated).isEmpty();
    }

    @Test
    void itIsKnownWhoseTurnItIs() {
        assertThat(apart.isOf(owner)).isTrue();
        assertThat(apart.isOver()).isFalse();
        assertThat(apart.key()).isEqualTo("k");
        assertThat(apart.headers()).containsEntry("trace", "7");
        assertThat(apart.parts()).isNull();
    }

    @Test
    void waitForAStageDoesNotConcernTheTurn() {
        Turn before = Turn.replace(apart);
        try {
            CompletableFuture<String> stage = new NodeFuture<>(Runnable::run);
            Thread other = new Thread(() -> stage.complete("done"));
            other.start();
            assertThat(stage.join()).isEqualTo("done");
        } finally {
            Turn.replace(before);
        }
        assertThat(gated).isEmpty();
    }
}
