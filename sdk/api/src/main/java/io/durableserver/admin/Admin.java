package io.durableserver.admin;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import io.durableserver.spi.Version;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What operators look at and do by hand: find, read, list and stop servers, upgrade a type, end a turn that is stuck, and repair
 * stored records. A record that no server can use is exported, replaced or deleted: every change names
 * the version that was exported and a reason, is one conditional write, and is logged. It is refused while a server of the key
 * runs or another session may own it, and for a record that may be of use unless {@link Repair#evenIfHealthy} says so.
 * What an {@code Async} method refuses, it refuses by the stage that it returns, a bad key for one.
 * Thread-safe. Inside a turn the blocking methods may be called as {@link ServerRef#call} may, except those of repairs.
 *
 * <pre>{@code
 * RecordExport broken = servers.admin().export("user_123").orElseThrow();
 * Files.write(Path.of("user_123.json"), broken.bytes());
 * servers.admin().delete("user_123", broken.version(), Repair.because("OPS-7: disk of n2 was bad"));
 * }</pre>
 */
public interface Admin {
    /** Where a server runs, as the directory knows it now; empty when it does not run. */
    Optional<ServerLocation> lookup(String key);

    /** As {@link #lookup}, without waiting. */
    CompletionStage<Optional<ServerLocation>> lookupAsync(String key);

    /** What the store holds, by a strong read; empty when it holds nothing. Does not start the server. */
    Optional<ServerInfo> info(String key);

    /** As {@link #info}, without waiting. */
    CompletionStage<Optional<ServerInfo>> infoAsync(String key);

    /**
     * One page of the keys that the store holds a record for, whether their servers run or not.
     *
     * @throws NotAppliedException when the store cannot answer
     */
    KeyPage list(ListOptions options);

    /** As {@link #list}, without waiting. */
    CompletionStage<KeyPage> listAsync(ListOptions options);

    /** How many servers run on this node. */
    int localCount();

    /**
     * Stops a server wherever it runs. Returns after its final write.
     *
     * @return false when it did not run and there was nothing to do
     * @throws NotAppliedException when the final state could not be stored; {@code CALL_RING} inside a turn of that server, or of
     *     one it waits for
     * @throws OutcomeUnknownException {@code DEADLINE} when it did not stop in time; the context says which turn holds it, and
     *     the stop goes on after that
     */
    boolean terminate(String key, Termination how);

    /** As {@link #terminate}, without waiting. */
    CompletionStage<Boolean> terminateAsync(String key, Termination how);

    /**
     * Replaces a registered type by a newer version of itself on this node, while its servers run: each server carries
     * its state over with {@link DurableServer#upgrade} before its next turn.
     *
     * @throws ConfigurationException when the type is not registered, or the version is not higher
     */
    void upgrade(ServerType<?> type);

    /**
     * Reads a record strongly, and judges it as a start on this node would: {@code load} runs. Empty when there is none.
     *
     * @throws NotAppliedException {@code STORAGE_UNAVAILABLE} when the store does not hand it out
     */
    Optional<RecordExport> export(String key);

    /** As {@link #export}, without waiting. */
    CompletionStage<Optional<RecordExport>> exportAsync(String key);

    /**
     * Replaces a record by another one, such as an earlier export or one that was changed by hand: its checksum need not fit, its
     * state must be one that this node can load. The header is written anew: epoch above both, this session as owner, a running
     * server becomes a stopped one.
     *
     * @param expected the version that was exported
     * @param record the bytes of a record
     * @throws NotAppliedException {@code RECORD_CHANGED} when the store holds another version; {@code ALREADY_STARTED} or
     *     {@code OWNER_LEASE_ACTIVE} when a server may run; or why the new record cannot be used
     * @throws ConfigurationException when the record may be of use and {@code why} does not cover that
     * @throws OutcomeUnknownException when the store does not say whether it was replaced: export it again
     */
    void replace(String key, Version expected, byte[] record, Repair why);

    /** As {@link #replace(String, Version, byte[], Repair)}, without waiting. */
    CompletionStage<Void> replaceAsync(String key, Version expected, byte[] record, Repair why);

    /**
     * As {@link #replace(String, Version, byte[], Repair)}, by a record with this state.
     *
     * @param type the type of the server from now on
     */
    <S> void replaceState(ServerType<S> type, String key, Version expected, S state, Repair why);

    /** As {@link #replaceState}, without waiting. */
    <S> CompletionStage<Void> replaceStateAsync(ServerType<S> type, String key, Version expected, S state, Repair why);

    /**
     * Removes a record: the key is free afterwards.
     *
     * @param expected the version that was exported
     * @throws NotAppliedException as {@link #replace(String, Version, byte[], Repair)}
     * @throws ConfigurationException when the record may be of use and {@code why} does not cover that
     * @throws OutcomeUnknownException when the store does not say whether it was removed: export it again
     */
    void delete(String key, Version expected, Repair why);

    /** As {@link #delete}, without waiting. */
    CompletionStage<Void> deleteAsync(String key, Version expected, Repair why);

    /**
     * Interrupts the turn, or callback, that runs in a server now ({@link Thread#interrupt}): for one that will not end by itself.
     * What it makes of that is its own affair: mostly it throws, the server crashes with its last good state, and the next call
     * revives it. A turn that does not react to interrupts goes on; stop its node then.
     *
     * @return false when the server does not run, or nothing runs in it
     * @throws ConfigurationException {@code NOT_ALLOWED_HERE} when the turn runs in place ({@link ServerType#inPlace}): its thread
     *     is the application's, which can interrupt it itself
     */
    boolean interruptTurn(String key);

    /** As {@link #interruptTurn}, without waiting. */
    CompletionStage<Boolean> interruptTurnAsync(String key);
}
