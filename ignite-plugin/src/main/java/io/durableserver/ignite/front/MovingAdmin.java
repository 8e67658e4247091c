package io.durableserver.ignite.front;

import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import io.durableserver.admin.Admin;
import io.durableserver.admin.KeyPage;
import io.durableserver.admin.ListOptions;
import io.durableserver.admin.RecordExport;
import io.durableserver.admin.Repair;
import io.durableserver.spi.Version;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The operations of the runtime of the moment: what an application holds stays good when its node is restarted in place. */
record MovingAdmin(PluginServers servers) implements Admin {
    private Admin now() {
        return servers.runtime().admin();
    }

    @Override
    public Optional<ServerLocation> lookup(String key) {
        return now().lookup(key);
    }

    @Override
    public CompletionStage<Optional<ServerLocation>> lookupAsync(String key) {
        return servers.later(running -> running.runtime().admin().lookupAsync(key));
    }

    @Override
    public Optional<ServerInfo> info(String key) {
        return now().info(key);
    }

    @Override
    public CompletionStage<Optional<ServerInfo>> infoAsync(String key) {
        return servers.later(running -> running.runtime().admin().infoAsync(key));
    }

    @Override
    public KeyPage list(ListOptions options) {
        return now().list(options);
    }

    @Override
    public CompletionStage<KeyPage> listAsync(ListOptions options) {
        return servers.later(running -> running.runtime().admin().listAsync(options));
    }

    @Override
    public int localCount() {
        return servers.phase() instanceof Phase.Running running
                ? running.runtime().admin().localCount()
                : 0;
    }

    @Override
    public boolean terminate(String key, Termination how) {
        return now().terminate(key, how);
    }

    @Override
    public CompletionStage<Boolean> terminateAsync(String key, Termination how) {
        return servers.later(running -> running.runtime().admin().terminateAsync(key, how));
    }

    @Override
    public void upgrade(ServerType<?> type) {
        servers.upgrade(type);
    }

    @Override
    public Optional<RecordExport> export(String key) {
        return now().export(key);
    }

    @Override
    public CompletionStage<Optional<RecordExport>> exportAsync(String key) {
        return servers.later(running -> running.runtime().admin().exportAsync(key));
    }

    @Override
    public void replace(String key, Version expected, byte[] record, Repair why) {
        now().replace(key, expected, record, why);
    }

    @Override
    public CompletionStage<Void> replaceAsync(String key, Version expected, byte[] record, Repair why) {
        return servers.later(running -> running.runtime().admin().replaceAsync(key, expected, record, why));
    }

    @Override
    public <S> void replaceState(ServerType<S> type, String key, Version expected, S state, Repair why) {
        now().replaceState(type, key, expected, state, why);
    }

    @Override
    public <S> CompletionStage<Void> replaceStateAsync(
            ServerType<S> type, String key, Version expected, S state, Repair why) {
        return servers.later(running -> running.runtime().admin().replaceStateAsync(type, key, expected, state, why));
    }

    @Override
    public void delete(String key, Version expected, Repair why) {
        now().delete(key, expected, why);
    }

    @Override
    public CompletionStage<Void> deleteAsync(String key, Version expected, Repair why) {
        return servers.later(running -> running.runtime().admin().deleteAsync(key, expected, why));
    }

    @Override
    public boolean interruptTurn(String key) {
        return now().interruptTurn(key);
    }

    @Override
    public CompletionStage<Boolean> interruptTurnAsync(String key) {
        return servers.later(running -> running.runtime().admin().interruptTurnAsync(key));
    }
}
