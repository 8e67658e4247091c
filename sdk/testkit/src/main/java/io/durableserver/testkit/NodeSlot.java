package io.durableserver.testkit;

import io.durableserver.ServerType;
import io.durableserver.runtime.events.HostFacts;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node number, and the process that has it now. Guarded by its cluster. */
final class NodeSlot {
    private final String name;
    private List<ServerType<?>> types;
    private @Nullable LocalNode node;
    private @Nullable DurableNode runtime;

    NodeSlot(String name, List<ServerType<?>> types) {
        this.name = name;
        this.types = types;
    }

    List<ServerType<?>> types() {
        return types;
    }

    /** From the next start on. */
    void replace(ServerType<?>... replacements) {
        List<ServerType<?>> next = new ArrayList<>(types);
        for (ServerType<?> replacement : replacements) {
            next.removeIf(type -> type.name().equals(replacement.name()));
            next.add(replacement);
        }
        types = next;
    }

    boolean isRunning() {
        return runtime != null;
    }

    DurableNode runtime() {
        if (runtime == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return runtime;
    }

    DurableNode boot(LocalNetwork network, @Nullable VirtualTime time, Function<LocalNode, NodeConfig> configure) {
        HostFacts facts = new HostFacts(time == null ? new JdkTime() : time);
        Session session = new Session(name, UUID.randomUUID().toString());
        LocalNode booted = new LocalNode(network, session, time, facts::tell);
        NodeConfig config = configure.apply(booted);
        network.join(booted);
        DurableNode started =
                DurableNode.start(config.config(), booted.cluster(), wanted -> Optional.empty(), config.mode(), facts);
        network.announce(booted);
        node = booted;
        runtime = started;
        return started;
    }

    /** The process ends; the slot is free. */
    LocalNode end() {
        LocalNode ended = node;
        if (ended == null) {
            throw new IllegalStateException(name + " does not run");
        }
        node = null;
        runtime = null;
        return ended;
    }
}
