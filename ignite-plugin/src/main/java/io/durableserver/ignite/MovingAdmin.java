package io.durableserver.ignite;

import io.durableserver.Admin;
import io.durableserver.RecordExport;
import io.durableserver.Repair;
import io.durableserver.ServerType;
import io.durableserver.spi.Version;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The operations of the runtime of the moment: what an application holds stays good when its node is restarted in place. */
record MovingAdmin(PluginServers servers) implements Admin {
    private Admin now() {
        return servers.runtime().admin();
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
