package io.durableserver.testkit.sim;

import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Listener;
import io.durableserver.spi.SharedMap.Page;
import io.durableserver.testkit.sim.SimRandom.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a simulated map. What is there is read piece by piece while it changes; the news of a change comes late, at
 * times twice, in order per key and in any order between keys; and while the map forgets, not at all, until a later look
 * finds what is different, or the watch begins anew.
 */
final class SimWatch {
    private static final int LANES = 4;
    private static final int MAX_PIECE = 4;
    private static final double REPEATED = 0.1;
    private static final double ANEW = 0.3;
    private static final Span UNTIL_LOOK = Span.millis(500, 3_000);

    private static final Span REPETITION = Span.millis(0, 200);
    private static final long FORGET_NANOS = 10_000_000_000L;

    private final Simulation simulation;
    private final SimNode node;
    private final Supplier<SimDirectory> map;
    private final ChangeFeed feed;
    private final List<Lane> lanes = new ArrayList<>();
    private long forgotAt;

    SimWatch(Simulation simulation, SimNode node, Supplier<SimDirectory> map, String prefix, Listener listener) {
        this.simulation = simulation;
        this.node = node;
        this.map = map;
        Lane calls = new Lane(simulation, node, simulation.config().viewLag());
        this.feed = new ChangeFeed(prefix, listener, calls::give, new Reports());
        for (int lane = 0; lane < LANES; lane++) {
            lanes.add(new Lane(simulation, node, simulation.config().viewLag()));
        }
    }

    private final class Reports implements ChangeFeed.Reports {
        @Override
        public void failed(Throwable thrown) {
            simulation.trace("watcher threw", node.session(), feed.prefix(), thrown);
        }

        @Override
        public void behind() {
            simulation.trace("watch behind", node.session(), feed.prefix());
        }
    }

    /** Reads what is there. */
    void begin() {
        read(SharedMap.START);
    }

    private void read(String cursor) {
        if (feed.isClosed()) {
            return;
        }
        PageBuilder piece = new PageBuilder(simulation.random().between(1, MAX_PIECE));
        Page page = map.get().page(feed.prefix(), cursor, piece, key -> true);
        later(() -> {
            page.entries().forEach(entry -> feed.present(entry.key(), entry.value(), entry.revision()));
            page.next().ifPresentOrElse(this::read, feed::caughtUp);
        });
    }

    private void later(Runnable task) {
        simulation.after(node, simulation.random().nanos(simulation.config().viewLag()), task);
    }

    /** An entry changed; null when it was removed. */
    void changed(String key, byte @Nullable [] value, long revision, String reason) {
        if (map.get().forgets()) {
            simulation.trace("change forgotten", node.session(), key, revision);
            if (simulation.random().chance(ANEW)) {
                simulation.after(node, simulation.random().nanos(UNTIL_LOOK), feed::beginAnew);
            }
            lookLater("");
            return;
        }
        Runnable news = () -> hear(key, value, revision, reason);
        lanes.get(Math.floorMod(key.hashCode(), LANES)).give(news);
        if (simulation.random().chance(REPEATED)) {
            simulation.after(node, simulation.random().nanos(REPETITION), news);
        }
        forgetRemoved();
    }

    private void hear(String key, byte @Nullable [] value, long revision, String reason) {
        if (value == null) {
            feed.removed(key, revision, reason);
        } else {
            feed.present(key, value.clone(), revision);
        }
    }

    /** Now and then, and never before the repetitions of a removal are through. */
    private void forgetRemoved() {
        if (simulation.now() - forgotAt > FORGET_NANOS) {
            forgotAt = simulation.now();
            feed.forgetRemoved();
        }
    }

    /** Finds in a while what is different from what was heard. */
    void lookLater(String reason) {
        simulation.after(node, simulation.random().nanos(UNTIL_LOOK), () -> {
            if (lanes.stream().anyMatch(Lane::isBusy)) {
                lookLater(reason); // what is on its way may be older than what there is
            } else {
                look(reason);
            }
        });
    }

    private void look(String reason) {
        for (Entry entry : entries()) {
            feed.present(entry.key(), entry.value(), entry.revision());
        }
        feed.live().forEach((key, revision) -> {
            if (map.get().revision(key) == 0) {
                feed.vanished(key, revision, reason);
            }
        });
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        String cursor = SharedMap.START;
        do {
            Page page = map.get().page(feed.prefix(), cursor, new PageBuilder(SharedMap.MAX_PAGE), key -> true);
            entries.addAll(page.entries());
            cursor = page.next().orElse(SharedMap.START);
        } while (!cursor.equals(SharedMap.START));
        return entries;
    }

    void end() {
        feed.end();
    }

    void close() {
        feed.close();
    }
}
