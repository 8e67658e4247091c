package io.durableserver.ignite.around;

import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.membership.EndpointProbe;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks many addresses at a time whether a node answers there, all within one bound: hosts that are gone take nothing from those
 * that are there. What was not heard in time does not answer; what could not even be asked is asked first the next time. One asker at
 * a time.
 */
final class Probes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
    private static final int THREADS = 16;

    private final long millis;
    private final Function<String, List<InetSocketAddress>> resolver;
    private final Predicate<InetSocketAddress> accepts;
    private final ExecutorService threads = Daemons.pool("durable-outskirts-probe", THREADS);
    private Set<InetSocketAddress> unheard = Set.of();

    /** @param millis how long names may take to be resolved, and then all addresses to be asked */
    Probes(long millis) {
        this(millis, Company::parse, EndpointProbe::accepts);
    }

    Probes(long millis, Function<String, List<InetSocketAddress>> resolver, Predicate<InetSocketAddress> accepts) {
        this.millis = millis;
        this.resolver = resolver;
        this.accepts = accepts;
    }

    /** The addresses behind these places, such as peers, with how they are called; names that are not resolved in time have none. */
    Map<InetSocketAddress, Set<String>> resolve(Collection<String> places) throws InterruptedException {
        Map<InetSocketAddress, Set<String>> found = new LinkedHashMap<>();
        within(
                List.copyOf(places),
                resolver,
                (place, addresses) ->
                        addresses.forEach(address -> found.computeIfAbsent(address, unknown -> new TreeSet<>())
                                .add(addresses.size() == 1 ? place : DiscoveryPlaces.text(address))),
                place -> {});
        return found;
    }

    /** Which of these answer. */
    Set<InetSocketAddress> answering(Collection<InetSocketAddress> addresses) throws InterruptedException {
        Set<InetSocketAddress> ordered = new LinkedHashSet<>(unheard);
        ordered.retainAll(addresses);
        ordered.addAll(addresses);
        Set<InetSocketAddress> begun = ConcurrentHashMap.newKeySet();
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        Set<InetSocketAddress> late = new LinkedHashSet<>();
        within(
                List.copyOf(ordered),
                address -> {
                    begun.add(address);
                    return accepts.test(address);
                },
                (address, answers) -> {
                    if (answers) {
                        found.add(address);
                    }
                },
                late::add);
        late.removeAll(begun);
        unheard = late;
        return found;
    }

    private <Q, A> void within(List<Q> questions, Function<Q, A> ask, BiConsumer<Q, A> heard, Consumer<Q> late)
            throws InterruptedException {
        List<Callable<A>> tasks = new ArrayList<>();
        questions.forEach(question -> tasks.add(() -> ask.apply(question)));
        List<Future<A>> answers = threads.invokeAll(tasks, millis, TimeUnit.MILLISECONDS);
        for (int i = 0; i < answers.size(); i++) {
            try {
                heard.accept(questions.get(i), answers.get(i).get());
            } catch (CancellationException e) {
                late.accept(questions.get(i));
            } catch (ExecutionException e) {
                // Such as an address in the store that is none: no node answers there, and at the others one may.
                LOG.warn("{} cannot be asked: {}", questions.get(i), String.valueOf(e.getCause()));
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
