package io.durableserver.ignite.life;

import io.durableserver.NotAppliedException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.around.Company;
import io.durableserver.ignite.disk.WorkDirectory;
import io.durableserver.ignite.split.GivenUp;
import io.durableserver.ignite.split.KeptSide;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.ignite.IgniteException;

/**
 * Where a node joins: at the peers of its settings, at another side of a split that it left its own for, or at the side that an
 * operator kept while this one was given up. What it is to do outlives its process. Joins are made one at a time.
 */
final class WhereToJoin {
    /** A join that leads nowhere is begun anew, and says so. */
    static final long JOIN_MILLIS = 60_000;
    /** How often another side of a split is tried before any node is. */
    private static final int DESTINATION_TRIES = 5;
    /** How long a node waits between two looks for the side it joins. */
    private static final long WAIT_SECONDS = 5;

    private static final int LOOKS_LOGGED = 12;
    /** How often a cluster is asked, once a second, that does not let the node in yet. */
    private static final int ASKED = 30;

    /** Starts Ignite, and stops it again when what is to be done then fails. */
    interface Opener {
        /**
         * Returns when the node has joined and all is done.
         *
         * @param joinMillis how long joining may take; 0 for ever
         * @param joined gets the names of all server nodes that are there
         */
        void open(List<String> addresses, long joinMillis, Consumer<List<String>> joined);
    }

    private final EmbeddedNode settings;
    private final Opener opener;
    private final Function<KeptSide, List<String>> search;
    private final Destinations destinations;
    private final Consumer<RuntimeEvent> facts;
    private final AtomicInteger tries = new AtomicInteger();
    /** The places to join at next; empty for those of the settings. */
    private volatile List<String> destination = List.of();

    /** @param search finds where a side that was kept is now; empty for nowhere */
    WhereToJoin(
            EmbeddedNode settings,
            Opener opener,
            Function<KeptSide, List<String>> search,
            Consumer<RuntimeEvent> facts) {
        this.settings = settings;
        this.opener = opener;
        this.search = search;
        this.destinations = new Destinations(settings, facts);
        this.facts = facts;
    }

    /** The node is to leave, and to join there. Does not block. */
    void goTo(List<String> addresses) {
        tries.set(DESTINATION_TRIES);
        destination = List.copyOf(addresses);
    }

    /** The node leaves its cluster, and maybe its process ends. */
    void leaving() {
        if (!destination.isEmpty()) {
            destinations.remember(destination);
        }
    }

    /** As {@link Seat#join}. */
    void join(boolean alone) {
        Optional<GivenUp> given = GivenUp.of(settings);
        if (given.isPresent()) {
            join(given.get());
            return;
        }
        if (tries.getAndDecrement() <= 0) {
            destination = List.of();
        }
        List<String> there = destination.isEmpty() ? EmbeddedConfiguration.addresses(settings) : destination;
        if (Company.answers(there)) {
            open(there, JOIN_MILLIS);
        } else if (alone) {
            open(EmbeddedConfiguration.addresses(settings), JOIN_MILLIS);
        } else {
            throw new IgniteException("no other node of the cluster answers yet");
        }
        destination = List.of();
    }

    /** Data that was given up goes aside only where the side that was kept was seen. */
    private void join(GivenUp given) {
        List<String> there = search.apply(given.kept());
        if (there.isEmpty()) {
            throw given.waits();
        }
        // Nothing of a process that still runs the node.
        var unused = WorkDirectory.check(settings, WorkDirectory.PATIENCE);
        given.moveAside()
                .ifPresent(place -> facts.accept(new ClusterEvent.DataSetAside(settings.name(), place.toString())));
        opener.open(there, JOIN_MILLIS, met -> {
            if (Collections.disjoint(met, given.kept().nodes())) {
                if (met.size() > 1) {
                    given.strayed();
                }
                throw given.waits();
            }
            given.done();
        });
        destinations.forget();
    }

    /**
     * The first join of a process. A node that gave up its side waits for the other, as it would have in the process before.
     *
     * @param ending ends the wait
     * @throws GivenUp.Waits when it was ended, or the thread interrupted
     * @throws NotAppliedException when the cluster does not let the node in, for half a minute or until the wait was ended
     */
    void first(CountDownLatch ending) {
        for (int looks = 0, asked = 1; ; looks++) {
            Optional<GivenUp> given = GivenUp.of(settings);
            try {
                if (given.isEmpty()) {
                    asBefore();
                } else {
                    join(given.get());
                }
                return;
            } catch (GivenUp.Waits waits) {
                if (looks % LOOKS_LOGGED == 0) {
                    waits(waits);
                }
                rest(ending, waits, WAIT_SECONDS);
            } catch (NotAppliedException notNow) {
                waits(notNow);
                if (asked++ == ASKED) {
                    throw notNow;
                }
                rest(ending, notNow, 1);
            }
        }
    }

    private void waits(RuntimeException why) {
        facts.accept(new ClusterEvent.JoinWaits(settings.name(), String.valueOf(why.getMessage())));
    }

    private static void rest(CountDownLatch ending, RuntimeException waits, long seconds) {
        boolean ends = true;
        try {
            ends = ending.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ends) {
            throw waits;
        }
    }

    /** The process before this one may have ended to join elsewhere than the settings say. */
    private void asBefore() {
        List<String> there = destinations.read();
        if (Company.answers(there)) {
            try {
                open(there, JOIN_MILLIS);
                return;
            } catch (NotAppliedException notNow) {
                // Nothing is wrong with the place.
                throw notNow;
            } catch (RuntimeException failure) {
                facts.accept(new ClusterEvent.PlaceNotJoined(settings.name(), there.toString(), failure));
            }
        }
        open(EmbeddedConfiguration.addresses(settings), 0);
    }

    private void open(List<String> addresses, long joinMillis) {
        opener.open(addresses, joinMillis, met -> destinations.forget());
    }
}
