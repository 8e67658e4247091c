package io.durableserver.runtime.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.runtime.type.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What may come into the middle of a turn, and what waits until it is over. */
final class ServerThreadTest implements Entrance.Work, UnfinishedTurn {
    private final List<String> seen = new ArrayList<>();
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private final ServerThread thread = new ServerThread("k", threads::add, this);

    @Override
    public boolean isThere() {
        return false;
    }

    @Override
    public void doSome() {
        thread.entrance().runSignals();
    }

    @Override
    public void defect(Throwable defect) {
        throw new AssertionError(defect);
    }

    @Override
    public ClassLoader loader() {
        return ServerThreadTest.class.getClassLoader();
    }

    @Override
    public Slot slot() {
        return new Slot(0, Slot.Kind.CAST, String.class, "m", Void.class);
    }

    @Override
    public long sinceNanos() {
        return 0;
    }

    @Override
    public int told() {
        return 0;
    }

    @Override
    public void toldAgain() {
        seen.add("told");
    }

    @Override
    public boolean hasParts() {
        return false;
    }

    @Override
    public boolean runPart() {
        return false;
    }

    @Override
    public void abandon(String why) {
        seen.add("abandoned: " + why);
        thread.closed();
    }

    @Override
    public void cancel(DurableServerException error) {
        seen.add("cancelled: " + error.code());
        thread.closed();
    }

    private void signalAll() {
        thread.signal(() -> seen.add("now"));
        thread.signalBetweenParts(() -> seen.add("between parts"));
        thread.signalBetweenTurns(() -> seen.add("between turns"));
    }

    private void run() {
        for (Runnable next = threads.poll(); next != null; next = threads.poll()) {
            next.run();
        }
    }

    @Test
    void withoutATurnAllRunInOrder() {
        thread.entrance().leave();
        signalAll();
        run();
        assertThat(seen).containsExactly("now", "between parts", "between turns");
    }

    @Test
    void whileATurnIsOpenOnlyWhatIsForBetweenTurnsWaits() {
        thread.opened(this);
        thread.entrance().leave();
        signalAll();
        run();
        assertThat(seen).containsExactly("now", "between parts");
        thread.signal(thread::closed);
        run();
        assertThat(seen).containsExactly("now", "between parts", "between turns");
    }

    @Test
    void whileAPartWaitsForTheStoreBothWaitAndTheOpenTurnOutlivesIt() {
        thread.opened(this);
        thread.waits();
        signalAll();
        assertThat(thread.wakeWaiter()).isTrue();
        thread.entrance().runSignals();
        assertThat(seen).containsExactly("now");
        thread.goesOn();
        assertThat(thread.wakeWaiter()).isFalse();
        thread.entrance().runSignals();
        assertThat(seen).containsExactly("now", "between parts");
        thread.closed();
        thread.entrance().runSignals();
        assertThat(seen).containsExactly("now", "between parts", "between turns");
    }

    @Test
    void openTurnIsAbandonedOrCancelledOnceAndNothingHappensWithoutOne() {
        thread.entrance().leave();
        thread.abandonOpenTurn("nothing is open");
        run();
        thread.cancelOpenTurn(new NotAppliedException(NotAppliedException.Reason.STOPPED, "x", Map.of()));
        assertThat(seen).isEmpty();
        thread.opened(this);
        thread.abandonOpenTurn("too long");
        thread.abandonOpenTurn("again");
        run();
        thread.opened(this);
        thread.cancelOpenTurn(new NotAppliedException(NotAppliedException.Reason.STOPPED, "x", Map.of()));
        assertThat(seen).containsExactly("abandoned: too long", "cancelled: STOPPED");
        assertThat(thread.open()).isNull();
    }
}
