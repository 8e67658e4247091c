package io.durableserver.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The contract of {@link Membership} as a JUnit 5 suite: subclass it and say how to open a cluster. */
public abstract class MembershipCompatibilityKit extends ClusterKit {
    /** What a node is told, and how its view stood at that moment. */
    private static final class Told implements Consumer<Event> {
        private final Membership membership;
        private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
        private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        private long revision;

        Told(Membership membership) {
            this.membership = membership;
            this.revision = membership.view().revision();
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // a session is one object
        public void accept(Event event) {
            View view = membership.view();
            events.add(event);
            if (event instanceof Event.Joined joined) {
                if (!view.contains(joined.session())) {
                    wrong.add(joined + " is not in the view");
                } else if (view.member(joined.session()).orElseThrow().session() != joined.session()) {
                    wrong.add(joined + " is another object in the view");
                }
            } else if (event instanceof Event.Left left && view.contains(left.session())) {
                wrong.add(left + " is still in the view");
            } else if (event instanceof Event.Failed failed && view.contains(failed.session())) {
                wrong.add(failed + " is still in the view");
            }
            if (view.revision() <= revision) {
                wrong.add(event + " with view " + view.revision() + " after " + revision);
            }
            revision = view.revision();
        }
    }

    private static Session copy(Session session) {
        return new Session(session.node(), session.incarnation());
    }

    private void gone(Cluster at, Session session) {
        await(session + " is gone", () -> !at.membership().view().contains(session));
    }

    @Test
    void allNodesSeeAll() {
        List<Cluster> nodes = nodes("a", "b", "c");
        Set<Session> all = new HashSet<>(nodes.stream().map(ClusterKit::self).toList());
        assertThat(all).hasSize(3);
        for (Cluster node : nodes) {
            assertThat(node.membership().view().sessions()).isEqualTo(all);
            assertThat(node.membership().self()).isSameAs(node.membership().self());
        }
    }

    @Test
    void aSessionIsOneObjectWhereverANodeNamesIt() {
        List<Cluster> nodes = nodes("a", "b");
        Membership a = nodes.get(0).membership();
        Session b = a.intern(copy(self(nodes.get(1))));
        assertThat(a.intern(copy(self(nodes.get(0))))).isSameAs(a.self());
        Cluster c = cluster().start("c");
        assertThat(a.intern(copy(self(nodes.get(1))))).isSameAs(b);
        assertThat(a.view().member(self(nodes.get(1))).orElseThrow().session()).isSameAs(b);
        Session seen = a.intern(copy(self(c)));
        cluster().stop(nodes.get(1));
        gone(nodes.get(0), b);
        assertThat(a.intern(copy(self(c)))).isSameAs(seen);
        Session stranger = stranger();
        assertThat(a.intern(stranger)).isSameAs(stranger);
    }

    @Test
    void theViewIsOneObjectUntilItChanges() {
        List<Cluster> nodes = nodes("a", "b");
        Membership a = nodes.get(0).membership();
        View before = a.view();
        assertThat(a.view()).isSameAs(before);
        cluster().start("c");
        assertThat(a.view()).isNotSameAs(before);
        assertThat(a.view().revision()).isGreaterThan(before.revision());
        assertThat(before.sessions()).as("a view does not change").hasSize(2);
    }

    @Test
    void changesAreToldOnceInOrderAndAfterTheViewShowsThem() {
        List<Cluster> nodes = nodes("a", "b");
        Told told = new Told(nodes.get(0).membership());
        nodes.get(0).membership().listen(told);
        Cluster c = cluster().start("c");
        await("c joined", () -> told.events.size() >= 1);
        cluster().stop(c);
        gone(nodes.get(0), self(c));
        Cluster again = cluster().start("c");
        await("c joined again", () -> told.events.size() >= 3);
        cluster().stop(nodes.get(1));
        await("b left", () -> told.events.size() >= 4);
        aMoment();
        assertThat(told.wrong).isEmpty();
        assertThat(told.events)
                .containsExactly(
                        new Event.Joined(self(c)),
                        new Event.Left(self(c)),
                        new Event.Joined(self(again)),
                        new Event.Left(self(nodes.get(1))));
    }

    @Test
    void aSessionThatLeftIsNeverSeenAgainAndItsNodeComesBackAsAnother() {
        List<Cluster> nodes = nodes("a", "b");
        Session before = self(nodes.get(1));
        Membership a = nodes.get(0).membership();
        Set<Session> seen = Collections.synchronizedSet(new HashSet<>());
        cluster().stop(nodes.get(1));
        gone(nodes.get(0), before);
        a.listen(event -> seen.addAll(a.view().sessions()));
        Cluster again = cluster().start("b");
        Cluster other = cluster().start("c");
        cluster().stop(other);
        gone(nodes.get(0), self(other));
        aMoment();
        assertThat(self(again).node()).isEqualTo(before.node());
        assertThat(self(again)).isNotEqualTo(before);
        assertThat(seen).contains(self(again)).doesNotContain(before);
        assertThat(a.view().sessions()).containsExactlyInAnyOrder(a.self(), self(again));
    }

    @Test
    void aListenerThatThrowsIsToldOfTheNextChangeAndDisturbsNobody() {
        List<Cluster> nodes = nodes("a");
        AtomicInteger calls = new AtomicInteger();
        nodes.get(0).membership().listen(event -> {
            calls.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });
        Told told = new Told(nodes.get(0).membership());
        nodes.get(0).membership().listen(told);
        cluster().start("b");
        cluster().start("c");
        await("both", () -> calls.get() == 2 && told.events.size() == 2);
        assertThat(told.wrong).isEmpty();
    }

    @Test
    void aClosedListenerIsQuietAndOthersGoOn() {
        List<Cluster> nodes = nodes("a");
        Told closed = new Told(nodes.get(0).membership());
        Told open = new Told(nodes.get(0).membership());
        Registration registration = nodes.get(0).membership().listen(closed);
        nodes.get(0).membership().listen(open);
        cluster().start("b");
        await("both", () -> closed.events.size() == 1 && open.events.size() == 1);
        registration.close();
        registration.close();
        cluster().start("c");
        await("the other", () -> open.events.size() == 2);
        aMoment();
        assertThat(closed.events).hasSize(1);
    }

    @Test
    void aSessionThatLivesIsNotProvablyGone() {
        List<Cluster> nodes = nodes("a", "b");
        Membership a = nodes.get(0).membership();
        String endpoint = nodes.get(1).membership().endpoint();
        assertThat(endpoint).isNotEmpty();
        assertThat(get(a.provablyGone(self(nodes.get(1)), endpoint))).isFalse();
        assertThat(get(a.provablyGone(self(nodes.get(1)), "no endpoint at all")))
                .isFalse();
        assertThat(get(a.provablyGone(stranger(), endpoint))).isFalse();
    }
}
