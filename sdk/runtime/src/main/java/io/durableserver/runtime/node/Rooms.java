package io.durableserver.runtime.node;

import io.durableserver.DurableServers;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.call.Calls;
import io.durableserver.runtime.call.Inbound;
import io.durableserver.runtime.lifecycle.Closing;
import io.durableserver.runtime.lifecycle.NodeLife;
import io.durableserver.runtime.lifecycle.Operations;
import io.durableserver.runtime.lifecycle.Requests;
import io.durableserver.runtime.lifecycle.Waits;
import io.durableserver.runtime.lifecycle.Watches;
import io.durableserver.runtime.routing.Arbiter;
import io.durableserver.runtime.turn.TypeRegistry;

/** The rooms of one node, joined and not yet open. */
record Rooms(
        SharedScope scope,
        TypeRegistry types,
        Activations activations,
        Arbiter arbiter,
        Calls calls,
        Inbound inbound,
        Requests requests,
        Operations operations,
        Waits waits,
        Watches watches,
        NodeLife life,
        Closing closing,
        NodeAdmin admin) {
    /** From now on other nodes reach the rooms, listeners hear of them, and the node lives until it is fenced or drained. */
    void open(DurableServers entry) {
        scope.entry().set(entry);
        Gauges gauges = new Gauges(scope, types.names(), activations, calls);
        scope.facts().open(gauges, gauges::release);
        requests.serve(activations, arbiter, life, scope.time());
        scope.cluster().transport().onMessage(inbound::receive);
        life.start();
        watches.start();
    }
}
