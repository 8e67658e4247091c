package io.durableserver.runtime.node;

import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import io.durableserver.admin.Admin;
import io.durableserver.admin.KeyPage;
import io.durableserver.admin.ListOptions;
import io.durableserver.admin.RecordExport;
import io.durableserver.admin.Repair;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.lifecycle.Operations;
import io.durableserver.runtime.lifecycle.Repairs;
import io.durableserver.runtime.lifecycle.Waits;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door for operators: checks what is given, and waits where asked to. */
final class NodeAdmin implements Admin {
    private final NodeScope node;
    private final Waits waits;
    private final Operations operations;
    private final Activations activations;
    private final TypeRegistry types;
    private final Repairs repairs;
    private final Interrupts interrupts;
    private final Listing listing;

    NodeAdmin(
            NodeScope node,
            Waits waits,
            Operations operations,
            Activations activations,
            TypeRegistry types,
            Repairs repairs,
            Interrupts interrupts,
            Listing listing) {
        this.node = node;
        this.waits = waits;
        this.operations = operations;
        this.activations = activations;
        this.types = types;
        this.repairs = repairs;
        this.interrupts = interrupts;
        this.listing = listing;
    }

    private <T> CompletionStage<T> handed(Supplier<CompletionStage<T>> request) {
        return Handed.toApplication(node.scheduler(), request);
    }

    private <T> T await(String method, String key, Supplier<CompletionStage<T>> request) {
        Blocking.outsideTurns(method);
        return waits.act(method, key, node.config().timeouts().start(), request);
    }

    private Duration readTimeout() {
        return node.config().timeouts().read();
    }

    @Override
    public Optional<ServerLocation> lookup(String key) {
        return waits.read("lookup", key, readTimeout(), () -> operations.located(key));
    }

    @Override
    public CompletionStage<Optional<ServerLocation>> lookupAsync(String key) {
        return handed(() -> operations.located(key));
    }

    @Override
    public Optional<ServerInfo> info(String key) {
        return waits.read("info", key, readTimeout(), () -> operations.informed(key));
    }

    @Override
    public CompletionStage<Optional<ServerInfo>> infoAsync(String key) {
        return handed(() -> operations.informed(key));
    }

    @Override
    public KeyPage list(ListOptions options) {
        return waits.read("list", options.keyPrefix(), readTimeout(), () -> listed(options));
    }

    @Override
    public CompletionStage<KeyPage> listAsync(ListOptions options) {
        return handed(() -> listed(options));
    }

    private CompletionStage<KeyPage> listed(ListOptions options) {
        Listing.check(options);
        return operations.unlessClosed(() -> listing.page(options));
    }

    @Override
    public int localCount() {
        return activations.count();
    }

    @Override
    public boolean terminate(String key, Termination how) {
        // A stop that this turn waits for would wait for this turn.
        Rings.check(key, Turn.waitingHere());
        return waits.act(
                "terminate",
                key,
                node.config().timeouts().write().plusSeconds(1),
                () -> operations.terminated(key, how));
    }

    @Override
    public CompletionStage<Boolean> terminateAsync(String key, Termination how) {
        return handed(() -> operations.terminated(key, how));
    }

    @Override
    public void upgrade(ServerType<?> type) {
        types.upgrade(type);
    }

    @Override
    public boolean interruptTurn(String key) {
        return waits.act("interruptTurn", key, node.config().timeouts().read(), () -> interrupts.interrupt(key));
    }

    @Override
    public CompletionStage<Boolean> interruptTurnAsync(String key) {
        return handed(() -> interrupts.interrupt(key));
    }

    @Override
    public Optional<RecordExport> export(String key) {
        return await("export", key, () -> exported(key));
    }

    @Override
    public CompletionStage<Optional<RecordExport>> exportAsync(String key) {
        return handed(() -> exported(key));
    }

    private CompletionStage<Optional<RecordExport>> exported(String key) {
        StoreKeys.check(key);
        return operations.whenServing(() -> repairs.export(key));
    }

    @Override
    public void replace(String key, Version expected, byte[] record, Repair why) {
        await("replace", key, () -> replaced(key, expected, Repairs.parse(key, record), why));
    }

    @Override
    public CompletionStage<Void> replaceAsync(String key, Version expected, byte[] record, Repair why) {
        return handed(() -> replaced(key, expected, Repairs.parse(key, record), why));
    }

    @Override
    public <S> void replaceState(ServerType<S> type, String key, Version expected, S state, Repair why) {
        await("replaceState", key, () -> replaced(key, expected, encoded(type, key, state), why));
    }

    @Override
    public <S> CompletionStage<Void> replaceStateAsync(
            ServerType<S> type, String key, Version expected, S state, Repair why) {
        return handed(() -> replaced(key, expected, encoded(type, key, state), why));
    }

    private CompletionStage<Void> replaced(String key, Version expected, StoredRecord wanted, Repair why) {
        StoreKeys.check(key);
        return operations.whenServing(() -> repairs.replace(key, expected, wanted, why));
    }

    private <S> StoredRecord encoded(ServerType<S> type, String key, @Nullable S state) {
        RegisteredType<S> registered = types.get(type);
        S checked = registered.state("state", state);
        Carried carried = new Carried();
        try {
            byte[] bytes = registered.encode(key, registered.newInstance(key), checked, carried);
            return Repairs.fresh(node.session(), registered, bytes, carried.optional());
        } catch (UserFailure failure) {
            throw failure.toCaller(key);
        }
    }

    @Override
    public void delete(String key, Version expected, Repair why) {
        await("delete", key, () -> deleted(key, expected, why));
    }

    @Override
    public CompletionStage<Void> deleteAsync(String key, Version expected, Repair why) {
        return handed(() -> deleted(key, expected, why));
    }

    private CompletionStage<Void> deleted(String key, Version expected, Repair why) {
        StoreKeys.check(key);
        return operations.whenServing(() -> repairs.delete(key, expected, why));
    }
}
