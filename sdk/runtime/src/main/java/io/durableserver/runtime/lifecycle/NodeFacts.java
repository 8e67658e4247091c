package io.durableserver.runtime.lifecycle;

import io.durableserver.admin.DrainReport;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeEvent;
import java.time.Duration;

/** What a node tells of its life. */
final class NodeFacts {
    private final NodeScope node;
    private long bornNanos;

    NodeFacts(NodeScope node) {
        this.node = node;
    }

    private void tell(NodeEvent event) {
        node.facts().tell(event);
    }

    /** From now on it takes time to become ready. */
    void born() {
        bornNanos = node.time().nanoTime();
    }

    void ready() {
        tell(new NodeEvent.Ready(node.session(), Duration.ofNanos(node.time().nanoTime() - bornNanos)));
    }

    void draining(int servers) {
        tell(new NodeEvent.Draining(node.session(), servers));
    }

    void lost(String because) {
        tell(new NodeEvent.Lost(node.session(), because));
    }

    void goodbyeFailed(Throwable failure) {
        String problem = String.valueOf(Thrown.of(failure).getMessage());
        tell(new NodeEvent.GoodbyeFailed(node.session(), problem));
    }

    /** The last fact, for those who listen. */
    void closed(DrainReport end) {
        tell(new NodeEvent.Closed(node.session(), end.stopped(), end.unsaved()));
        node.facts().close();
    }

    /** Of another session. */
    void member(Membership.Event event) {
        if (event instanceof Membership.Event.Joined joined) {
            tell(new NodeEvent.MemberJoined(joined.session()));
        } else if (event instanceof Membership.Event.Left left) {
            tell(new NodeEvent.MemberLeft(left.session(), false));
        } else if (event instanceof Membership.Event.Failed failed) {
            tell(new NodeEvent.MemberLeft(failed.session(), true));
        }
    }
}
