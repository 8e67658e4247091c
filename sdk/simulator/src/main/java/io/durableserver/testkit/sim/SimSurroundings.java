package io.durableserver.testkit.sim;

import io.durableserver.runtime.split.Side;
import io.durableserver.runtime.split.Surroundings;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** What one process knows of its cluster, and of processes outside of it. An address is the name of a node. */
public final class SimSurroundings implements Surroundings {
    /** All clusters come from one. */
    private static final Set<String> CLUSTERS = Set.of("sim");

    private final Simulation simulation;
    private final SimNode node;
    private final BiConsumer<SimNode, List<String>> stepDown;
    private final Set<Session> lost = new LinkedHashSet<>();
    private final long sinceMillis;
    private String alarm = "";

    /** @param stepDown makes a process leave, and join another cluster at these addresses */
    public SimSurroundings(Simulation simulation, SimNode node, BiConsumer<SimNode, List<String>> stepDown) {
        this.simulation = simulation;
        this.node = node;
        this.stepDown = stepDown;
        this.sinceMillis = node.time().wallMillis();
        node.membership().listen(this::onMember);
    }

    private void onMember(Event event) {
        if (event instanceof Event.Failed failed) {
            lost.add(failed.session());
        } else if (event instanceof Event.Joined joined) {
            lost.removeIf(session -> session.node().equals(joined.session().node()));
        }
    }

    /** What is wrong, as this process was told last. */
    public String alarm() {
        return alarm;
    }

    @Override
    public Side side(Set<Session> sessions) {
        return new Side(
                node.session(),
                sessions,
                CLUSTERS,
                sessions.stream().map(Session::node).sorted().toList(),
                sinceMillis,
                true);
    }

    @Override
    public List<Session> lost() {
        return List.copyOf(lost);
    }

    @Override
    public CompletionStage<Set<String>> answering(Collection<String> more) {
        Set<String> asked = new TreeSet<>(more);
        lost.forEach(session -> asked.add(session.node()));
        CompletableFuture<Set<String>> answer = new CompletableFuture<>();
        long roundTrip = 2 * simulation.random().nanos(simulation.config().message());
        simulation.after(node, roundTrip, () -> answer.complete(outside(asked)));
        return answer;
    }

    private Set<String> outside(Set<String> asked) {
        node.membership().view().sessions().forEach(session -> asked.remove(session.node()));
        Set<String> found = new TreeSet<>();
        for (SimNode other : simulation.living()) {
            if (asked.contains(other.name())
                    && other.isRunning()
                    && other.topology().contains(other)
                    && simulation.network().reaches(node, other)
                    && simulation.network().reaches(other, node)) {
                found.add(other.name());
            }
        }
        return found;
    }

    @Override
    public void alarm(String text, boolean divided) {
        simulation.trace("alarm", node.session(), text);
        alarm = text;
    }

    @Override
    public void stepDown(List<String> addresses, String why) {
        stepDown.accept(node, addresses);
    }
}
