package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Records as objects of an S3 bucket: of AWS, or of any store that speaks its protocol and keeps its conditions. */
public final class S3 {
    private S3() {}

    /**
     * Opens backends on a bucket. The backend is ready when the bucket is there and the store has shown, under
     * {@code <objectPrefix><prefix>__probe/}, that it keeps the conditions of writes. Until then the stage of
     * {@link io.durableserver.spi.Backend#ready} fails with what to fix, and the backend goes on trying.
     *
     * <p>{@link BackendFactory#check} and {@link BackendFactory#open} throw a {@link ConfigurationException} where a library is missing that the
     * configuration needs, or no region is given and the SDK finds none.
     */
    public static BackendFactory backend(S3Config config) {
        return new Factory(config);
    }

    private record Factory(S3Config config) implements BackendFactory {
        @Override
        public Backend open(Context context) {
            Encoding.check(config.compression());
            S3Backend backend = new S3Backend(client(config), config, context);
            backend.start();
            return backend;
        }

        @Override
        public void check(Environment environment) {
            Encoding.check(config.compression());
            if (config.region().isEmpty() && config.endpoint().isEmpty()) {
                // The client looks for one. Nothing of the application is closed with it, see Lent.
                client(config).close();
            }
        }
    }

    private static S3Client client(S3Config config) {
        try {
            return Clients.of(config);
        } catch (SdkException | IllegalArgumentException refused) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_OPTION,
                    "The S3 client cannot be built: set s3.region, or s3.endpoint, and check s3.client",
                    Map.of("option", "s3.region", "value", config.region().orElse("not set")),
                    refused);
        }
    }
}
