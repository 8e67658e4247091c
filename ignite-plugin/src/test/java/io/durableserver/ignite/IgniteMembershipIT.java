package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.membership.Endpoint;
import io.durableserver.ignite.membership.HostIdentity;
import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Member;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IgniteMembershipIT {
    private final TestCluster cluster = new TestCluster(18_500);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Session session(DurableIgnite node) {
        return IgniteMembership.session(node.ignite().cluster().localNode());
    }

    @Test
    void joinsAndLeavesAreReportedAfterTheViewShowsThem() {
        Membership a = cluster.start(new String[] {"a"}).get(0).membership();
        List<String> events = new CopyOnWriteArrayList<>();
        a.listen(event -> {
            throw new IllegalStateException("a broken listener does not end the events");
        });
        var registration = a.listen(event -> {
            if (event instanceof Membership.Event.Joined joined) {
                events.add("joined " + joined.session() + " " + a.view().contains(joined.session()));
            } else if (event instanceof Membership.Event.Left left) {
                events.add("left " + left.session() + " " + a.view().contains(left.session()));
            } else {
                events.add(event.toString());
            }
        });
        Session b = session(cluster.start("b"));
        TestCluster.await("join", () -> events.size() == 1);
        assertThat(a.view().sessions()).containsOnly(a.self(), b);
        long revision = a.view().revision();
        cluster.stop("b");
        TestCluster.await("leave", () -> events.size() == 2);
        assertThat(a.view().revision()).isGreaterThan(revision);
        Session again = session(cluster.start("b"));
        assertThat(again.node()).isEqualTo(b.node());
        assertThat(again.incarnation()).isNotEqualTo(b.incarnation());
        TestCluster.await("join again", () -> events.size() == 3);
        assertThat(events)
                .containsExactly("joined " + b + " true", "left " + b + " false", "joined " + again + " true");
        registration.close();
        cluster.stop("b");
        assertThat(events).hasSize(3);
    }

    @Test
    void aSessionThatStaysKeepsItsInstance() {
        Membership a = cluster.start(new String[] {"a", "b"}).get(0).membership();
        Session before = a.intern(session(cluster.node("b")));
        Session c = session(cluster.start("c"));
        TestCluster.await("c", () -> a.view().contains(c));

        assertThat(a.intern(session(cluster.node("b")))).isSameAs(before);
        Session stranger = TestCluster.strange();
        assertThat(a.intern(stranger)).isSameAs(stranger);
    }

    @Test
    void nodesOfOtherPrefixesAreNotMembers() {
        Membership a = cluster.start(new String[] {"a"}).get(0).membership();
        List<Membership.Event> events = new CopyOnWriteArrayList<>();
        a.listen(events::add);
        cluster.start(
                "other",
                cluster.settings("other").servers(TestCluster.config("other/")).build());
        cluster.start("none", cluster.settings("none").build());
        Session b = session(cluster.start("b"));
        TestCluster.await("b", () -> a.view().contains(b));
        assertThat(a.view().sessions()).containsOnly(a.self(), b);
        assertThat(events).containsExactly(new Membership.Event.Joined(b));
        assertThat(cluster.cluster("a").map(StandInRuntime.DIRECTORY).owner("x"))
                .isIn(a.self(), b);
    }

    @Test
    void attributesTellWhatANodeHosts() {
        List<Cluster> nodes = cluster.start("a", "b");
        Membership a = nodes.get(0).membership();
        Membership b = nodes.get(1).membership();
        assertThat(a.view().member(b.self()).orElseThrow().attribute("endpoint"))
                .contains(b.endpoint());
        assertThat(a.view().member(b.self()).orElseThrow().attribute("protocol"))
                .contains("1");
        assertThat(a.view().member(b.self()).orElseThrow().attribute(Member.TYPES))
                .contains("");
        assertThat(b.endpoint()).contains("127.0.0.1:").startsWith(b.self().incarnation());
    }

    @Test
    void aKilledNodeHasFailedAndIsProvablyGone() throws Exception {
        Membership a = cluster.start(new String[] {"a"}).get(0).membership();
        List<Membership.Event> events = new CopyOnWriteArrayList<>();
        a.listen(events::add);
        try (ChildJvm child = ChildNode.start(cluster, "child")) {
            TestCluster.await("child", () -> a.view().sessions().size() == 2);
            Session session = a.view().sessions().stream()
                    .filter(other -> !other.equals(a.self()))
                    .findFirst()
                    .orElseThrow();
            String endpoint =
                    a.view().member(session).orElseThrow().attribute("endpoint").orElseThrow();
            assertThat(TestCluster.get(a.provablyGone(session, endpoint)))
                    .as("in the view")
                    .isFalse();
            child.kill();
            TestCluster.await("failure", () -> events.contains(new Membership.Event.Failed(session)));
            assertThat(TestCluster.get(a.provablyGone(session, endpoint))).isTrue();
            assertThat(TestCluster.get(a.provablyGone(TestCluster.strange(), endpoint)))
                    .as("an endpoint of another session")
                    .isFalse();
        }
    }

    @Test
    void whoListensOrIsElsewhereIsNotProvablyGone() throws IOException {
        Membership a = cluster.start(new String[] {"a"}).get(0).membership();
        String incarnation = UUID.randomUUID().toString();
        Session session = new Session("someone", incarnation);
        String start = incarnation + "|" + HostIdentity.LOCAL + "|127.0.0.1:";
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
            assertThat(TestCluster.get(a.provablyGone(session, start + closed))).isFalse();
        }
        assertThat(TestCluster.get(a.provablyGone(session, start + closed))).isTrue();
        assertThat(TestCluster.get(a.provablyGone(session, incarnation + "|elsewhere|127.0.0.1:" + closed)))
                .as("the loopback of another host")
                .isFalse();
        InetAddress outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address instanceof Inet4Address)
                .findFirst()
                .orElse(InetAddress.getLoopbackAddress());
        String refusing = "|" + outside.getHostAddress() + ":" + closed;
        assertThat(TestCluster.get(a.provablyGone(session, incarnation + "|elsewhere" + refusing)))
                .as("a refusal from another host may be a firewall's")
                .isFalse();
        assertThat(TestCluster.get(a.provablyGone(session, incarnation + "|" + HostIdentity.LOCAL + refusing)))
                .isTrue();
        assertThat(TestCluster.get(a.provablyGone(session, "nonsense"))).isFalse();
        // The address of a is taken by a, so whoever had it before is gone; but only if it is the same host.
        Endpoint own = Endpoint.parse(a.endpoint()).orElseThrow();
        assertThat(TestCluster.get(
                        a.provablyGone(session, new Endpoint(incarnation, own.host(), own.addresses()).toString())))
                .isTrue();
        assertThat(TestCluster.get(
                        a.provablyGone(session, new Endpoint(incarnation, "elsewhere", own.addresses()).toString())))
                .isFalse();
    }
}
