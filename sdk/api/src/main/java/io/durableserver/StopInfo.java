package io.durableserver;

/**
 * A finished stop.
 *
 * @param key the server's key
 * @param reason why it stopped
 * @param status the final status in the store
 */
public record StopInfo(String key, StopReason reason, ServerStatus status) {}
