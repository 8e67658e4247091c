package io.durableserver;

import io.durableserver.admin.Admin;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A server by key, not by place (P8): what can be asked of it whatever its messages are. Those are for {@link ServerRef} and
 * {@link TypedRef}. Thread-safe, cheap to keep.
 */
public interface ServerAddress {
    String key();

    /** The name of the server's type. */
    String type();

    /** The entry point this reference leads to. */
    DurableServers servers();

    /** Where the server runs, see {@link Admin#lookup}. */
    default Optional<ServerLocation> location() {
        return servers().admin().lookup(key());
    }

    /** As {@link #location}, without waiting. */
    default CompletionStage<Optional<ServerLocation>> locationAsync() {
        return servers().admin().lookupAsync(key());
    }

    /** What the store holds of the server, see {@link Admin#info}. Does not start it. */
    default Optional<ServerInfo> info() {
        return servers().admin().info(key());
    }

    /** As {@link #info}, without waiting. */
    default CompletionStage<Optional<ServerInfo>> infoAsync() {
        return servers().admin().infoAsync(key());
    }

    /** Stops the server, see {@link Admin#terminate}. */
    default boolean terminate(Termination how) {
        return servers().admin().terminate(key(), how);
    }

    /** As {@link #terminate}, without waiting. */
    default CompletionStage<Boolean> terminateAsync(Termination how) {
        return servers().admin().terminateAsync(key(), how);
    }
}
