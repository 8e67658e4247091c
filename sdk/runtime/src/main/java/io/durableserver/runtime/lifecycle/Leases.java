package io.durableserver.runtime.lifecycle;

import io.durableserver.runtime.ownership.NodeLease;
import io.durableserver.runtime.ownership.PastLeases;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Scheduler;

/** The lease of a node, and those that its past sessions left. */
final class Leases {
    private Leases() {}

    /** The lease of a node, on timers and threads that nothing else holds up. */
    static NodeLease of(NodeScope node, Backend backend, NodeLease.Listener listener) {
        Scheduler vital = node.scheduler().vital();
        return new NodeLease(
                Store.of(backend, vital, node.config().timeouts(), node.facts()),
                node.keys(),
                node.session(),
                node.membership().endpoint(),
                node.membership()::cluster,
                node.config().lease(),
                node.lease(),
                vital,
                node.time(),
                node.facts(),
                listener);
    }

    /** Removes past leases of a node that serves; nothing waits for it. */
    static void removePast(NodeScope node, Backend backend) {
        PastLeases past = new PastLeases(
                backend,
                node.store(),
                node.keys(),
                node.session(),
                node.config().timeouts().read(),
                node.facts());
        node.scheduler().internal().execute(past::remove);
    }
}
