package io.durableserver.backend.s3;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.Identity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * A credentials provider of the application. The SDK's client closes the one it has; this one is used again when the backend
 * is opened again, and perhaps elsewhere, so it has no {@code close}.
 */
final class Lent {
    private Lent() {}

    static IdentityProvider<?> of(IdentityProvider<?> given) {
        return given instanceof AwsCredentialsProvider provider ? new Credentials(provider) : new Other<>(given);
    }

    private record Credentials(AwsCredentialsProvider given) implements AwsCredentialsProvider {
        @Override
        public AwsCredentials resolveCredentials() {
            return given.resolveCredentials();
        }

        @Override
        public Class<AwsCredentialsIdentity> identityType() {
            return given.identityType();
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            return given.resolveIdentity(request);
        }
    }

    private record Other<T extends Identity>(IdentityProvider<T> given) implements IdentityProvider<T> {
        @Override
        public Class<T> identityType() {
            return given.identityType();
        }

        @Override
        public CompletableFuture<? extends T> resolveIdentity(ResolveIdentityRequest request) {
            return given.resolveIdentity(request);
        }
    }
}
