package io.durableserver;

import io.durableserver.spi.Version;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What operators may do by hand: end a turn that is stuck, and repair stored records: a record that no server can use is exported, replaced or deleted. Every change names
 * the version that was exported and a reason, is one conditional write, and is logged. It is refused while a server of the key
 * runs or another session may own it, and for a record that may be of use unless {@link Repair#evenIfHealthy} says so.
 * Thread-safe. The blocking methods must not be called inside a turn.
 *
 * <pre>{@code
 * RecordExport broken = servers.admin().export("user_123").orElseThrow();
 * Files.write(Path.of("user_123.json"), broken.bytes());
 * servers.admin().delete("user_123", broken.version(), Repair.because("OPS-7: disk of n2 was bad"));
 * }</pre>
 */
public interface Admin {
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
