package io.durableserver.runtime.lifecycle;

import io.durableserver.admin.DrainReport;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.ErrorCode;
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

    /** The node begins: the time until it is ready counts from now. */
    void born() {
        bornNanos = node.time().nanoTime();
    }

    void ready() {
        tell(new NodeEvent.Ready(node.session(), Duration.ofNanos(node.time().nanoTime() - bornNanos)));
    }

    void draining(int servers) {
        tell(new NodeEvent.Draining(node.session(), servers));
    }

    void lost(ErrorCode code, String because) {
        node.facts().tellInOrder(new NodeEvent.Lost(node.session(), code, because));
    }

    void goodbyeFailed(Throwable failure) {
        String problem = String.valueOf(Thrown.of(failure).getMessage());
        tell(new NodeEvent.GoodbyeFailed(node.session(), ErrorCode.of(failure), problem));
    }

    /** The last fact that listeners hear. */
    void closed(DrainReport end) {
        node.facts().close(new NodeEvent.Closed(node.session(), end.stopped(), end.unsaved()));
    }

    /** Tells of a change of another session; on the thread of the membership, so that it is told in order and before what follows from it. */
    void member(Membership.Event event) {
        if (event instanceof Membership.Event.Joined joined) {
            node.facts().tellInOrder(new NodeEvent.MemberJoined(joined.session()));
        } else if (event instanceof Membership.Event.Left left) {
            node.facts().tellInOrder(new NodeEvent.MemberLeft(left.session(), false));
        } else if (event instanceof Membership.Event.Failed failed) {
            node.facts().tellInOrder(new NodeEvent.MemberLeft(failed.session(), true));
        }
    }
}
