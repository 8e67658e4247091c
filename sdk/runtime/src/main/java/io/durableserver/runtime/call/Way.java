package io.durableserver.runtime.call;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;

/** What calls and casts use on their way: where servers are, how to reach them, and who waits. */
record Way(
        Delivery delivery,
        Routing routing,
        Membership membership,
        Scheduler scheduler,
        TimeSource time,
        Payloads payloads,
        Outgoing outgoing,
        Passing passing,
        PendingCalls pending,
        Facts facts) {
    /** A call was not answered where it was looked for, and looks again; {@code remote} when another node said so. */
    void rerouted(Request request, boolean remote) {
        HotPath hot = facts.hot();
        if (hot != null) {
            hot.callRerouted(request.type().index(), remote);
        }
    }
}
