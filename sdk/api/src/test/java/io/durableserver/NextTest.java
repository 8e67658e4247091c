package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every combinator of a turn's result adds its effect and keeps all others. */
class NextTest {
    private static final Map<String, String> METADATA = Map.of("a", "b");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final List<UnaryOperator<Next<String>>> COMBINATORS = List.of(
            Next::forceSync,
            next -> next.metadata(METADATA),
            next -> next.thenContinue("more"),
            next -> next.idleTimeout(TIMEOUT),
            Next::hibernate,
            next -> next.thenStop(StopReason.permanent()));

    private static void hasAll(Next<String> next) {
        assertThat(next.state()).isEqualTo("state");
        assertThat(next.syncMode()).isEqualTo(Next.Sync.FORCED);
        assertThat(next.newMetadata()).isEqualTo(METADATA);
        assertThat(next.continuation()).isEqualTo("more");
        assertThat(next.idleTimeout()).isEqualTo(TIMEOUT);
        assertThat(next.hibernates()).isTrue();
        assertThat(next.stopReason()).isEqualTo(StopReason.permanent());
    }

    @Test
    void combinatorsKeepEachOtherInAnyOrder() {
        for (int first = 0; first < COMBINATORS.size(); first++) {
            Next<String> next = Next.state("state");
            Next<String> reply = Next.reply(7, "state");
            for (int i = 0; i < COMBINATORS.size(); i++) {
                UnaryOperator<Next<String>> combinator = COMBINATORS.get((first + i) % COMBINATORS.size());
                next = combinator.apply(next);
                reply = combinator.apply(reply);
            }
            hasAll(next);
            hasAll(reply);
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            Reply.class, r -> assertThat(r.value()).isEqualTo(7));
        }
    }

    @Test
    void plainResultAsksForNothing() {
        Next<String> next = Next.state("state");
        assertThat(next.syncMode()).isEqualTo(Next.Sync.POLICY);
        assertThat(next.newMetadata()).isNull();
        assertThat(next.continuation()).isNull();
        assertThat(next.idleTimeout()).isNull();
        assertThat(next.hibernates()).isFalse();
        assertThat(next.stopReason()).isNull();
        assertThat(Next.stop(StopReason.normal(), "state").stopReason()).isEqualTo(StopReason.normal());
        assertThat(next.sync().syncMode()).isEqualTo(Next.Sync.STRICT);
        assertThat(next.syncMode()).as("a new value").isEqualTo(Next.Sync.POLICY);
    }

    @Test
    @SuppressWarnings("NullAway") // it does not infer the nullable type argument
    void replyMayBeNullButAStateMayNot() {
        assertThat(Next.reply(nothing(), "state").value()).isNull();
        assertThatThrownBy(() -> Next.state(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Init.ok(nothing())).isInstanceOf(NullPointerException.class);
    }

    @SuppressWarnings("NullAway") // a mistake of an application without a null checker
    private static String nothing() {
        return null;
    }

    @Test
    void metadataIsCopied() {
        Map<String, String> mutable = new HashMap<>(METADATA);
        Next<String> next = Next.state("state").metadata(mutable);
        Init<String> init = Init.ok("state").metadata(mutable);
        mutable.put("c", "d");
        assertThat(next.newMetadata()).isEqualTo(METADATA);
        assertThat(init.metadata()).isEqualTo(METADATA);
    }

    @Test
    void initOptionsKeepEachOther() {
        Init<String> init = Init.ok("state")
                .permanent(true)
                .metadata(METADATA)
                .syncPolicy(SyncPolicy.onChange())
                .thenContinue("more");
        assertThat(init.state()).isEqualTo("state");
        assertThat(init.isPermanent()).isTrue();
        assertThat(init.metadata()).isEqualTo(METADATA);
        assertThat(init.syncPolicy()).isEqualTo(SyncPolicy.onChange());
        assertThat(init.continuation()).isEqualTo("more");
        assertThat(Init.ignore().state()).isNull();
    }
}
