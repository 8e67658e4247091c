package io.durableserver.examples.hostile;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A server that blocks, throws, interrupts, leaks and lies, as it is told. */
@SuppressWarnings({"ThreadLocalUsage", "NullAway", "ThreadPriorityCheck"}) // it is hostile
final class Hostile extends DurableServer<Hostile.State> {
    record State(Map<String, String> notes) {}

    record Do(Mischief what, int millis, String other) implements Call<String> {}

    record Annoy(Mischief what, int millis, String other) implements Cast {}

    record Reminder(String text) {}

    static final ServerType<State> TYPE = ServerType.of("hostile", State.class, Hostile::new)
            .slowTurn(Duration.ofMinutes(10)); // a warning for each of thousands tells nothing here

    static final ServerType<State> IN_PLACE = ServerType.of("hostile-in-place", State.class, Hostile::new)
            .inPlace()
            .slowTurn(Duration.ofMinutes(10));

    /** Whoever is not answered is kept here, as a careless application would keep it. */
    static final Queue<ReplyTo<String>> KEPT = new ConcurrentLinkedQueue<>();

    private static final Object LOCK = new Object();
    private static final int MANY_BYTES = 9 << 20;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final ThreadLocal<byte[]> leak = new ThreadLocal<>();

    @Override
    protected void handlers(Handlers<State> on) {
        on.callDeferred(Do.class, this::answer);
        on.cast(Annoy.class, (state, annoy) -> {
            act(annoy.what(), annoy.millis(), annoy.other());
            return next(state, annoy.what());
        });
        on.info(Reminder.class, (state, reminder) -> Next.state(state));
        on.timeout(Next::state);
    }

    @Override
    protected Init<State> init(State state, ServerContext context) throws Exception {
        int dice = ThreadLocalRandom.current().nextInt(20);
        if (dice == 0) {
            throw new UnspeakableException();
        }
        if (dice == 1) {
            Thread.sleep(ThreadLocalRandom.current().nextInt(1_000));
        }
        return dice == 2 ? Init.ignore() : Init.ok(state);
    }

    @Override
    protected @Nullable Object terminate(StopReason reason, State state) throws Exception {
        int dice = ThreadLocalRandom.current().nextInt(10);
        if (dice == 0) {
            throw new UnspeakableException();
        }
        if (dice == 1) {
            Thread.sleep(ThreadLocalRandom.current().nextInt(500));
        }
        return null;
    }

    private Next<State> answer(State state, Do message, ReplyTo<String> caller) throws Exception {
        act(message.what(), message.millis(), message.other());
        switch (message.what()) {
            case ANSWER_LATE -> KEPT.add(caller);
            case NEVER_ANSWER -> {}
            default -> caller.reply("done");
        }
        return next(state, message.what());
    }

    private static Next<State> next(State state, Mischief what) {
        return switch (what) {
            case WAIT_300_YEARS -> Next.state(state).idleTimeout(Duration.ofDays(365L * 300));
            case STORE_HALF_AN_EMOJI ->
                Next.state(new State(Map.of("half\uD83D", "v"))).sync();
            case STORE_TOO_MUCH -> Next.state(new State(Map.of("k", "x".repeat(MANY_BYTES))));
            case STORE_NULL -> Next.state(null);
            case STOP -> Next.stop(StopReason.normal(), state);
            default -> {
                Map<String, String> notes = new HashMap<>(state.notes());
                notes.put("last", what.name());
                yield Next.state(new State(notes));
            }
        };
    }

    private void act(Mischief what, int millis, String other) throws Exception {
        switch (what) {
            case SLEEP -> Thread.sleep(millis);
            case SLEEP_IN_A_LOCK -> {
                synchronized (LOCK) {
                    Thread.sleep(millis / 10);
                }
            }
            case SPIN -> {
                long until = System.nanoTime() + millis * 20_000L;
                while (System.nanoTime() - until < 0) {
                    Thread.onSpinWait();
                }
            }
            case THROW_WITHOUT_A_MESSAGE -> throw new UnspeakableException();
            case THROW_A_RING_OF_CAUSES -> {
                RuntimeException outer = new RuntimeException("outer");
                outer.initCause(new RuntimeException("inner", outer));
                throw outer;
            }
            case OVERFLOW_THE_STACK -> act(what, millis, other);
            case RUN_OUT_OF_MEMORY -> throw new OutOfMemoryError("not really");
            case THROW_INTERRUPTED -> throw new InterruptedException("not really");
            case INTERRUPT_ITSELF -> Thread.currentThread().interrupt();
            case LEAK_A_THREAD_LOCAL -> leak.set(new byte[1_024]);
            case LEAK_TIMERS -> {
                for (int i = 0; i < 20; i++) {
                    context().sendAfter(Duration.ofHours(1), new Reminder("never"));
                }
            }
            case CALL_ITSELF -> context().self().call(new Do(Mischief.SLEEP, 1, ""));
            case JOIN_ANOTHER ->
                other(other)
                        .callAsync(new Do(Mischief.SLEEP, 1, ""), CallOptions.timeout(PATIENCE))
                        .toCompletableFuture()
                        .join();
            case CALL_ANOTHER -> other(other).call(new Do(Mischief.SLEEP, millis, ""), CallOptions.timeout(PATIENCE));
            case START_ANOTHER -> context().servers().ensureStarted(TYPE, other, new State(Map.of()));
            case CHANGE_THE_CLASS_LOADER -> Thread.currentThread().setContextClassLoader(null);
            default -> {}
        }
    }

    private ServerRef other(String key) {
        return context().servers().ref(TYPE, key);
    }
}
