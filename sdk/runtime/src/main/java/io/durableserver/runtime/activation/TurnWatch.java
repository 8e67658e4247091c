package io.durableserver.runtime.activation;

import io.durableserver.Registration;
import io.durableserver.ServerType;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of turns and callbacks that take longer than {@link ServerType#slowTurn} of their type: once it has
 * passed, and again each time the turn has lasted twice as long. One timer per node looks at its servers; turns themselves only
 * leave a note of their begin ({@link Inside}).
 */
public final class TurnWatch {
    /** A turn is found within this part of the time it may take. */
    private static final int PARTS = 4;

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);

    /** The part of the time that looks at many servers take at most, unless that made them rarer than {@link #MOST}. */
    private static final int SHARE = 200;

    private static final Duration MOST = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final TimeSource time;
    private final Supplier<Collection<Activation<?>>> servers;
    private final long pauseNanos;
    private @Nullable Registration next;
    private boolean closed;

    /**
     * A watch that has not begun.
     *
     * @param types what the servers are of: the shortest {@code slowTurn} says how often to look
     */
    public TurnWatch(
            Scheduler scheduler,
            TimeSource time,
            Supplier<Collection<Activation<?>>> servers,
            Collection<ServerType<?>> types) {
        this.scheduler = scheduler;
        this.time = time;
        this.servers = servers;
        long shortest = types.stream()
                .mapToLong(type -> type.slowTurn().toNanos())
                .min()
                .orElse(Long.MAX_VALUE);
        this.pauseNanos = Math.max(SHORTEST_PAUSE.toNanos(), Math.min(LONGEST_PAUSE.toNanos(), shortest / PARTS));
    }

    /** Looks from now on. Where nothing can block, no turn takes time. */
    public void start() {
        if (scheduler.canBlock()) {
            again(pauseNanos);
        }
    }

    private synchronized void again(long nanos) {
        if (!closed) {
            next = scheduler.schedule(Duration.ofNanos(nanos), this::look);
        }
    }

    /** Looks no more. */
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.close();
        }
    }

    private void look() {
        long begun = time.nanoTime();
        try {
            for (Activation<?> server : servers.get()) {
                look(server, begun);
            }
        } finally {
            again(Math.max(pauseNanos, Math.min(MOST.toNanos(), SHARE * (time.nanoTime() - begun))));
        }
    }

    private static void look(Activation<?> server, long now) {
        Inside inside = server.thread.inside();
        Inside.Stay stay = inside.stay(now);
        UnfinishedTurn open = server.thread.open();
        if (stay == null && open != null) {
            if (isSlow(server, open.sinceNanos(), open.told(), now)) {
                open.toldAgain();
                tell(server, Holder.of(open, now));
            }
            return;
        }
        if (stay == null) {
            return;
        }
        if (inside.isNew(stay)) {
            inside.told = 0;
        }
        if (isSlow(server, stay.sinceNanos(), inside.told, now)) {
            inside.told++;
            tell(server, Holder.of(stay, now));
        }
    }

    private static boolean isSlow(Activation<?> server, long sinceNanos, int told, long now) {
        return now - sinceNanos >= server.server.type.type().slowTurn().toNanos() << Math.min(told, 20);
    }

    private static void tell(Activation<?> server, Holder holder) {
        server.server
                .facts()
                .tell(new ServerEvent.TurnSlow(
                        server.key(),
                        server.typeName(),
                        holder.message(),
                        Duration.ofNanos(holder.forNanos()),
                        holder.thread(),
                        holder.stackText()));
    }
}
