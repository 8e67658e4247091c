package io.durableserver.backend.s3;

import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import io.durableserver.spi.Throttle;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The facts of one bucket; what comes with each request is told once for its reason, or once in a while. Thread-safe. */
final class BucketFacts {
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final StoreFacts facts;
    private final TimeSource time;
    private final AtomicBoolean unsigned = new AtomicBoolean();
    private final AtomicBoolean strange = new AtomicBoolean();
    private final AtomicLong throttled = new AtomicLong();
    private final Throttle throttling = new Throttle(PAUSE);

    BucketFacts(S3Config config, BackendFactory.Context node) {
        this.facts = StoreFacts.of(S3Backend.NAME, config.bucket(), node);
        this.time = node.time();
    }

    /** The store asked for patience. */
    void throttled() {
        throttled.incrementAndGet();
        if (throttling.allows(time.nanoTime())) {
            long count = throttled.getAndSet(0);
            facts.tell((store, bucket) -> new StoreEvent.StoreThrottles(store, bucket, count));
        }
    }

    void signed() {
        if (unsigned.get() && unsigned.getAndSet(false)) {
            facts.tell(StoreEvent.CredentialsBack::new);
        }
    }

    /** What a provider throws may hold a secret: of it only the class is told. */
    void unsigned(NoCredentials failure) {
        if (!unsigned.getAndSet(true)) {
            facts.tell((store, bucket) ->
                    new StoreEvent.CredentialsMissing(store, bucket, String.valueOf(failure.getMessage())));
        }
    }

    /** An object that is no record is in the way of a listing. */
    void strange(String object) {
        if (!strange.getAndSet(true)) {
            facts.tell((store, bucket) -> new StoreEvent.StrangeObject(store, bucket, object));
        }
    }

    /** An object that is of no more use could not be deleted. */
    void left(String object, Exception failure) {
        facts.tell((store, bucket) ->
                new StoreEvent.ObjectLeft(store, bucket, object, String.valueOf(failure.getMessage())));
    }

    /** The store was found to do without something. */
    void lacks(String what, Exception failure) {
        facts.tell((store, bucket) ->
                new StoreEvent.StoreLacks(store, bucket, what, String.valueOf(failure.getMessage())));
    }
}
