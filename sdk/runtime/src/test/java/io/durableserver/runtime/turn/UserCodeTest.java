package io.durableserver.runtime.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.runtime.type.Slot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever user code throws leaves as one kind of failure. */
class UserCodeTest {
    record State(int n) {}

    record Fail(@Nullable Throwable with) implements Cast {}

    private static final class Failing extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.cast(Fail.class, (state, fail) -> {
                sneak(fail.with());
                return nothing();
            });
        }

        @SuppressWarnings("NullAway") // user code is not checked
        private static Next<State> nothing() {
            return null;
        }

        private static void sneak(@Nullable Throwable with) throws Exception {
            if (with instanceof Exception e) {
                throw e;
            }
            if (with instanceof Error e) {
                throw e;
            }
        }

        @Override
        protected Object dump(State state) {
            throw new IllegalStateException("dump");
        }
    }

    private final RegisteredType<State> type = RegisteredType.of(
            ServerType.of("t", State.class, Failing::new), JsonCodec.INSTANCE, UnexaminedCodec.INSTANCE, 1024, null);
    private final UserCode<State> code = type.newInstance();

    private UserFailure handle(@Nullable Throwable with) {
        Slot slot = type.table().sent(Fail.class);
        assertThat(slot).isNotNull();
        return catchThrowableOfType(UserFailure.class, () -> {
            if (slot != null) {
                code.handle(slot, new State(1), new Fail(with), null);
            }
        });
    }

    @Test
    void checkedUncheckedAndErrorsAreAllUserFailures() {
        for (Throwable with :
                List.of(new IOException("x"), new IllegalStateException("x"), new StackOverflowError("x"))) {
            HandlerFailedException told = handle(with).toCaller("k");
            assertThat(told.errorType()).isEqualTo(with.getClass().getName());
            assertThat(told)
                    .hasMessage("[HANDLER_FAILED] " + with.getClass().getName() + ": x {key=k}")
                    .hasNoCause();
            assertThat(told.context()).containsEntry("key", "k");
        }
    }

    @Test
    void nullResultIsAFailureThatNamesTheHandler() {
        assertThat(handle(null)).hasMessageContaining("returned null").hasMessageContaining(Fail.class.getName());
    }

    @Test
    void callbacksAreGuardedToo() {
        assertThat(catchThrowableOfType(UserFailure.class, () -> code.dump(new State(1))))
                .hasMessageContaining("dump");
    }

    @Test
    void chainNamesWhoWaitsOutermostFirst() {
        Turn.Owner owner = new Turn.Owner() {
            @Override
            public String key() {
                return "c";
            }

            @Override
            public long awaitGate(long nanos) {
                return nanos;
            }

            @Override
            public void gate(Output output) {}
        };
        Turn turn = new Turn(owner, List.of("a", "b"));
        assertThat(turn.chain()).containsExactly("a", "b", "c");
        assertThat(Turn.current()).isNull();
        turn.enter();
        assertThat(Turn.current()).isSameAs(turn);
        turn.exit();
        assertThat(Turn.current()).isNull();
        assertThat(turn.outputs()).isEmpty();
    }
}
