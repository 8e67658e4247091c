package io.durableserver.runtime.call;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the request ids of one node: no two nodes, and no two lives of one, make the same. Thread-safe. */
final class RequestIds {
    private static final int RANDOM_BYTES = 12;

    private final String first;
    private final AtomicLong made = new AtomicLong();

    RequestIds() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        first = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "~";
    }

    String next() {
        return first + Long.toString(made.incrementAndGet(), Character.MAX_RADIX);
    }
}
