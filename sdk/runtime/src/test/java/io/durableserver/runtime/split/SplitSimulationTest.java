package io.durableserver.runtime.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.runtime.split.SplitSteps.Deed;
import io.durableserver.runtime.split.SplitSteps.Look;
import io.durableserver.runtime.testing.Tries;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Clusters that were split, as numbers on a table: nodes look around in any order, others act between a look and its deed, and nodes
 * leave and join as they are told. One lease time is one unit of time.
 */
class SplitSimulationTest {
    private static final int RUNS = 200 * Tries.EFFORT;

    /** A node and the cluster it is in. */
    private static final class Node {
        final String name;
        final int joined;
        SplitSteps steps = new SplitSteps(1);
        Session session;
        Cluster cluster;
        boolean moves = true;
        boolean serving = true;
        Deed deed = new Deed.Nothing();
        int read;

        Node(String name, Cluster cluster, int joined) {
            this.name = name;
            this.session = new Session(name, name + "-0");
            this.cluster = cluster;
            this.joined = joined;
            cluster.nodes.add(this);
        }

        String address() {
            return name + ":1";
        }
    }

    private static final class Cluster {
        final Set<String> ids;
        final Set<Node> nodes = new HashSet<>();

        Cluster(String... ids) {
            this.ids = Set.of(ids);
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private Random random = new Random(0);
    private @Nullable ClaimRecord record;
    private int version;
    private long now;
    private boolean network;
    private boolean remembers;
    private int incarnations;

    private void world(long seed, Cluster... clusters) {
        random = new Random(seed);
        nodes.clear();
        record = null;
        version = 0;
        now = 0;
        network = false;
        int number = 0;
        for (Cluster cluster : clusters) {
            int size = 1 + random.nextInt(3);
            for (int i = 0; i < size; i++) {
                nodes.add(new Node("n" + number++, cluster, random.nextInt(3)));
            }
        }
    }

    private Set<Session> view(Node node) {
        return node.cluster.nodes.stream().map(member -> member.session).collect(Collectors.toSet());
    }

    /** Only those of the claim are asked: a node that was started anew remembers no others. */
    private Set<String> answering(Node node, Optional<ClaimRecord> seen) {
        Set<String> asked = new HashSet<>();
        seen.ifPresent(claim -> {
            asked.addAll(claim.addresses());
            asked.addAll(claim.join());
        });
        return network
                ? nodes.stream()
                        .filter(other -> other.cluster != node.cluster)
                        .map(Node::address)
                        .filter(asked::contains)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private Alive alive(Session session) {
        return nodes.stream().anyMatch(node -> node.session.equals(session)) ? Alive.YES : Alive.NO;
    }

    private void look(Node node) {
        Set<Session> view = view(node);
        Optional<ClaimRecord> seen = Optional.ofNullable(record);
        node.read = version;
        Side side = new Side(
                node.session,
                view,
                node.cluster.ids,
                node.cluster.nodes.stream().map(Node::address).sorted().toList(),
                node.joined,
                node.moves);
        Alive foreigner = seen.flatMap(claim -> SplitSteps.foreigner(claim, view))
                .map(this::alive)
                .orElse(Alive.NOT_KNOWN);
        node.deed = node.steps.look(
                new Look(now, side, node.serving, answering(node, seen), seen, foreigner, outside(node), over(seen)));
    }

    /** Those of the other sides that were never anywhere else: a node remembers whom it lost. */
    private Set<Session> outside(Node node) {
        return nodes.stream()
                .filter(other -> other.cluster != node.cluster && remembers)
                .map(other -> other.session)
                .filter(session -> session.incarnation().endsWith("-0"))
                .collect(Collectors.toSet());
    }

    /** Whoever was named and is not there any more. */
    private Set<Session> over(Optional<ClaimRecord> seen) {
        return seen.stream()
                .flatMap(claim -> claim.down().stream())
                .map(incarnation -> new Session(incarnation.replaceAll("-.*", ""), incarnation))
                .filter(session -> remembers && alive(session) == Alive.NO)
                .collect(Collectors.toSet());
    }

    private void act(Node node) {
        Deed deed = node.deed;
        node.deed = new Deed.Nothing();
        if (deed instanceof Deed.Write write && version == node.read) {
            record = write.record();
            version++;
        } else if (deed instanceof Deed.StepDown down) {
            stepDown(node, down);
        }
    }

    private void stepDown(Node node, Deed.StepDown down) {
        assertThat(node.moves).isTrue();
        Cluster to = nodes.stream()
                .filter(other -> down.addresses().contains(other.address()))
                .map(other -> other.cluster)
                .findFirst()
                .orElseThrow();
        assertThat(to).as("not where it was").isNotSameAs(node.cluster);
        assertThat(Collections.disjoint(to.ids, node.cluster.ids))
                .as("strangers")
                .isFalse();
        node.cluster.nodes.remove(node);
        node.cluster = to;
        to.nodes.add(node);
        node.session = new Session(node.name, node.name + "-" + ++incarnations);
        node.steps = new SplitSteps(1);
    }

    /** Each node looks once, and acts once after that, among the others. */
    private void round() {
        now++;
        List<Runnable> events = new ArrayList<>();
        List<Node> order = new ArrayList<>(nodes);
        Collections.shuffle(order, random);
        for (Node node : order) {
            events.add(random.nextInt(events.size() + 1), () -> look(node));
        }
        List<Node> later = new ArrayList<>();
        for (Runnable event : events) {
            event.run();
            nodes.stream().filter(node -> random.nextInt(3) == 0).forEach(later::add);
            later.forEach(this::act);
            later.clear();
        }
        nodes.forEach(this::act);
    }

    private long clusters() {
        return nodes.stream().map(node -> node.cluster).distinct().count();
    }

    @Test
    void sidesThatMeetAgainBecomeOneAndSomebodyStays() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + RUNS; seed++) {
            Cluster[] sides = new Cluster[] {new Cluster("c"), new Cluster("c"), new Cluster("c")};
            world(seed, seed % 2 == 0 ? new Cluster[] {sides[0], sides[1]} : sides);
            remembers = seed % 4 < 2;
            int largest = nodes.stream()
                    .mapToInt(node -> node.cluster.nodes.size())
                    .max()
                    .orElseThrow();
            for (int i = 0; i < 6; i++) {
                round();
            }
            assertThat(nodes)
                    .as("seed %d, apart", seed)
                    .allMatch(node -> node.session.incarnation().endsWith("-0"));
            network = true;
            // Each side that steps down takes its time; none waits until the others give up.
            for (int i = 0; i < 10 && clusters() > 1; i++) {
                round();
                assertThat(nodes.stream()
                                .mapToInt(node -> node.cluster.nodes.size())
                                .max()
                                .orElseThrow())
                        .as("seed %d: somebody always stays", seed)
                        .isGreaterThanOrEqualTo(largest > 1 ? largest - 1 : 1);
            }
            assertThat(clusters()).as("seed %d", seed).isEqualTo(1);
            assertThat(nodes)
                    .as("seed %d: who stayed", seed)
                    .anyMatch(node -> node.session.incarnation().endsWith("-0"));
            for (int i = 0; i < 30; i++) {
                round();
            }
            assertThat(nodes)
                    .as("seed %d: no word of it is left", seed)
                    .allMatch(node -> node.steps.alarm().isEmpty());
        }
    }

    @Test
    void bothSidesAreToldWhileTheyCannotMeet() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + RUNS; seed++) {
            world(seed, new Cluster("c"), new Cluster("c"));
            for (int i = 0; i < 8; i++) {
                round();
            }
            assertThat(nodes)
                    .as("seed %d", seed)
                    .allMatch(node -> node.steps.alarm().startsWith("The cluster of this prefix is split"));
        }
    }

    @Test
    void strangersAreToldAndNeverMerged() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + RUNS; seed++) {
            world(seed, new Cluster("ours", "older"), new Cluster("theirs"));
            network = true;
            for (int i = 0; i < 40; i++) {
                round();
            }
            assertThat(clusters()).isEqualTo(2);
            assertThat(nodes)
                    .as("seed %d", seed)
                    .allMatch(node -> node.steps.alarm().contains("ours")
                            && node.steps.alarm().contains("theirs"));
        }
    }

    @Test
    void nodesThatCannotStepDownOnlySaySo() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + RUNS; seed++) {
            world(seed, new Cluster("c"), new Cluster("c"));
            nodes.forEach(node -> node.moves = false);
            network = true;
            for (int i = 0; i < 40; i++) {
                round();
            }
            assertThat(clusters()).isEqualTo(2);
            assertThat(nodes)
                    .as("seed %d", seed)
                    .noneMatch(node -> node.steps.alarm().isEmpty());
        }
    }

    /** It may have nothing to read the claim with, and what it would write is not wanted. */
    @Test
    void aSideThatDoesNotServeSettlesNothing() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + RUNS; seed++) {
            world(seed, new Cluster("c"), new Cluster("c"));
            nodes.forEach(node -> node.serving = false);
            network = true;
            for (int i = 0; i < 20; i++) {
                round();
            }
            assertThat(version).as("seed %d", seed).isZero();
            assertThat(clusters()).isEqualTo(2);
        }
    }

    @Test
    void whileAllIsWellNothingIsWrittenButOnce() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + RUNS; seed++) {
            world(seed, new Cluster("c"));
            network = true;
            for (int i = 0; i < 50; i++) {
                round();
            }
            assertThat(version).as("seed %d", seed).isEqualTo(1);
            assertThat(nodes).allMatch(node -> node.steps.alarm().isEmpty());
        }
    }
}
