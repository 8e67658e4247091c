package io.durableserver.s3test;

import java.util.Optional;

/**
 * A request as the front of the server sees it.
 *
 * @param operation what it does
 * @param bucket the bucket; empty for a listing of buckets
 * @param key the object's key, decoded; empty for requests about a bucket
 * @param ifMatch its {@code If-Match}, as it was sent
 * @param ifNoneMatch its {@code If-None-Match}, as it was sent
 * @param consistent its {@code x-tigris-consistent}
 */
public record SeenRequest(
        Operation operation,
        String bucket,
        String key,
        Optional<String> ifMatch,
        Optional<String> ifNoneMatch,
        Optional<String> consistent) {
    /** Whether it is to have its effect only on a condition. */
    public boolean conditional() {
        return ifMatch.isPresent() || ifNoneMatch.isPresent();
    }
}
