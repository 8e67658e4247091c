package io.durableserver.benchmarks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.apache.ignite.configuration.CacheConfiguration;

/**
 * Records in plain Ignite, as who has no library would write them: one asynchronous {@code invoke} each, which replaces the
 * value where its version is the one of the write before. Version: the first 8 bytes.
 */
final class RawRecords {
    private static final int AT_ONCE = 256;

    private final IgniteCache<String, byte[]> cache;
    private final int bytes;
    private final AtomicReferenceArray<CompletableFuture<Long>> versions;

    private RawRecords(IgniteCache<String, byte[]> cache, int bytes, int keys) {
        this.cache = cache;
        this.bytes = bytes;
        this.versions = new AtomicReferenceArray<>(keys);
    }

    /** Creates records as large as that of {@code like} in a cache that is configured as {@code records} is. */
    @SuppressWarnings("unchecked") // the configuration's own type parameters
    static RawRecords create(Ignite ignite, String records, String like, int keys) {
        IgniteCache<String, byte[]> theirs = ignite.cache(records);
        CacheConfiguration<String, byte[]> same =
                new CacheConfiguration<>(theirs.getConfiguration(CacheConfiguration.class));
        IgniteCache<String, byte[]> cache = ignite.getOrCreateCache(same.setName("bench-raw"));
        RawRecords raw = new RawRecords(cache, theirs.get(like).length, keys);
        for (int first = 0; first < keys; first += AT_ONCE) {
            List<CompletableFuture<Long>> creates = new ArrayList<>();
            for (int key = first; key < Math.min(keys, first + AT_ONCE); key++) {
                CompletableFuture<Long> created = raw.write(key, 0);
                raw.versions.set(key, created);
                creates.add(created);
            }
            creates.forEach(CompletableFuture::join);
        }
        return raw;
    }

    /** Replaces one record, after its last write; fails when it was not stored. One thread at a time. */
    CompletionStage<Long> replace(long number) {
        int key = (int) (number * 7_919 % versions.length());
        CompletableFuture<Long> before = versions.get(key);
        CompletableFuture<Long> written =
                before.isDone() ? write(key, before.join()) : before.thenCompose(version -> write(key, version));
        versions.set(key, written);
        return written;
    }

    private CompletableFuture<Long> write(int key, long expected) {
        long version = expected + 1;
        byte[] value = ByteBuffer.allocate(bytes).putLong(version).array();
        CompletableFuture<Long> written = new CompletableFuture<>();
        cache.invokeAsync("raw-" + key, Replace.INSTANCE, expected, value).listen(done -> {
            try {
                if (done.get()) {
                    written.complete(version);
                } else {
                    written.completeExceptionally(new IllegalStateException("Another version: " + key));
                }
            } catch (RuntimeException failure) {
                written.completeExceptionally(failure);
            }
        });
        return written;
    }

    /** Arguments: the expected version, 0 for "absent"; the new value. */
    static final class Replace implements CacheEntryProcessor<String, byte[], Boolean> {
        static final Replace INSTANCE = new Replace();

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] now = entry.getValue();
            long version = now == null ? 0 : ByteBuffer.wrap(now).getLong();
            boolean matches = version == (Long) arguments[0];
            if (matches) {
                entry.setValue((byte[]) arguments[1]);
            }
            return matches;
        }
    }
}
