package io.durableserver.backend.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Looks for one key in the listing of the keys that begin with it. In the order of their bytes it comes first; whether the
 * store keeps an order is seen from the keys themselves, since it is nowhere promised for all stores.
 */
final class Search {
    static final int PAGE = 1_000;
    /** A listing without an order is read to its end, but no further than this. */
    static final int MAX_PAGES = 20;
    /** The number of keys that are not in order by accident. */
    private static final int ORDERED = 12;

    private final String object;
    private Optional<S3Object> found = Optional.empty();
    private byte[] last = {};
    private int rising;
    private boolean unordered;

    Search(String object) {
        this.object = object;
    }

    /** Takes the next page; whether it is known now if the listing has the key. */
    boolean settled(ListObjectsV2Response page) {
        for (S3Object one : page.contents()) {
            if (one.key().equals(object)) {
                found = Optional.of(one);
                return true;
            }
            byte[] key = one.key().getBytes(StandardCharsets.UTF_8);
            unordered |= Arrays.compareUnsigned(last, key) >= 0;
            last = key;
            rising++;
        }
        return !page.isTruncated() || (!unordered && rising >= ORDERED);
    }

    /** What the listing says of the key. */
    Optional<S3Object> found() {
        return found;
    }
}
