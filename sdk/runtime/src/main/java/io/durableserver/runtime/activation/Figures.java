package io.durableserver.runtime.activation;

import io.durableserver.runtime.server.ServerState;
import io.durableserver.spi.NodeGauges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The figures of a node's servers, by type, counted when they are read. */
public final class Figures {
    private static final class Sum {
        private int starting;
        private int running;
        private int stopping;
        private long waiting;
        private int fullest;
        private long held;
        private int unsaved;
        private long oldestNanos;

        void add(ServerState<?> server, int mail, long nowNanos) {
            switch (server.phase()) {
                case STARTING -> starting++;
                case RUNNING -> running++;
                case STOPPING, LOST, STOPPED -> stopping++;
            }
            waiting += mail;
            fullest = Math.max(fullest, mail);
            held += server.durability.heldCount();
            unsaved += server.durability.isDirty() ? 1 : 0;
            oldestNanos = Math.max(oldestNanos, server.durability.unsavedNanos(nowNanos));
        }

        NodeGauges.OfType as(String type) {
            return new NodeGauges.OfType(
                    type, starting, running, stopping, waiting, fullest, held, unsaved, oldestNanos);
        }
    }

    private Figures() {}

    /** Of these servers, in the order of these types. */
    public static List<NodeGauges.OfType> of(List<String> types, Collection<Activation<?>> servers, long nowNanos) {
        Map<String, Sum> sums = new HashMap<>();
        for (Activation<?> server : servers) {
            sums.computeIfAbsent(server.typeName(), type -> new Sum()).add(server.server, server.mail.size(), nowNanos);
        }
        List<NodeGauges.OfType> figures = new ArrayList<>();
        types.forEach(type -> figures.add(sums.getOrDefault(type, new Sum()).as(type)));
        return figures;
    }
}
