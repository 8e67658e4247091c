package io.durableserver;

import io.durableserver.spi.Session;
import java.util.Map;

/**
 * A server as the store shows it, read without starting it.
 *
 * @param key its key
 * @param type the name of its type
 * @param schemaVersion the version its state was dumped with
 * @param status its stored status
 * @param owner the session that wrote it last
 * @param epoch its ownership epoch
 * @param writes how often the record was written
 * @param writtenAtMillis wall clock of the owner at the last write, Unix milliseconds; for people, not for decisions
 * @param permanent whether the cluster restarts it
 * @param metadata its user metadata at the last write
 * @param stateBytes size of the encoded state
 */
public record ServerInfo(
        String key,
        String type,
        int schemaVersion,
        ServerStatus status,
        Session owner,
        long epoch,
        long writes,
        long writtenAtMillis,
        boolean permanent,
        Map<String, String> metadata,
        int stateBytes) {
    public ServerInfo {
        metadata = Map.copyOf(metadata);
    }
}
