package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.BackendFactory;

/** Records as objects of an S3 bucket: of AWS, or of any store that speaks its protocol and keeps its conditions. */
public final class S3 {
    private S3() {}

    /**
     * Opens backends on a bucket. The backend is ready when the bucket is there and the store has shown, under
     * {@code <objectPrefix><prefix>__probe/}, that it keeps the conditions of writes. Until then the stage of
     * {@link io.durableserver.spi.Backend#ready} fails with what to fix, and the backend goes on trying.
     *
     * <p>{@link BackendFactory#open} throws a {@link ConfigurationException} where a library is missing that the
     * configuration needs.
     */
    public static BackendFactory backend(S3Config config) {
        return context -> {
            Encoding.check(config.compression());
            S3Backend backend = new S3Backend(config, context.prefix(), context.scheduler(), context.time());
            backend.start();
            return backend;
        };
    }
}
