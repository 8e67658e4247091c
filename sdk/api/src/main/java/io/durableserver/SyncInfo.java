package io.durableserver;

/**
 * A finished write.
 *
 * @param key the server's key
 * @param epoch the ownership epoch it was written under
 * @param write the number of this write within the record's life
 * @param status the status written
 */
public record SyncInfo(String key, long epoch, long write, ServerStatus status) {}
