package io.durableserver.backend.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where the credentials of requests come from. They are found before a request is made, so that whatever a credentials
 * service, a token file or a process says is never taken for the store's answer: nothing was sent.
 */
final class Credentials {
    private static final ResolveIdentityRequest ANY =
            ResolveIdentityRequest.builder().build();

    private final Optional<IdentityProvider<? extends AwsCredentialsIdentity>> provider;

    private Credentials(Optional<IdentityProvider<? extends AwsCredentialsIdentity>> provider) {
        this.provider = provider;
    }

    /** Those of a client. */
    static Credentials of(S3Client client) {
        return new Credentials(
                Optional.ofNullable(client.serviceClientConfiguration().credentialsProvider()));
    }

    /** Those the client finds for itself. */
    static Credentials ofTheClient() {
        return new Credentials(Optional.empty());
    }

    /** What to sign one request with; empty where the client finds it for itself. Blocks; throws {@link NoCredentials}. */
    Optional<IdentityProvider<AwsCredentialsIdentity>> resolve(Duration timeout) {
        return provider.map(from -> new Resolved(resolve(from, timeout)));
    }

    private static AwsCredentialsIdentity resolve(
            IdentityProvider<? extends AwsCredentialsIdentity> from, Duration timeout) {
        AtomicReference<@Nullable AwsCredentialsIdentity> found = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        CountDownLatch end = new CountDownLatch(1);
        boolean inTime;
        try {
            var unused = from.resolveIdentity(ANY).whenComplete((identity, failure) -> {
                found.set(identity);
                failed.set(failure);
                end.countDown();
            });
            inTime = end.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RuntimeException | LinkageError failure) {
            throw none(failure);
        } catch (InterruptedException interrupted) {
            // A thread of the backend's own: the flag would only break the next request.
            throw none(interrupted);
        }
        Throwable failure = failed.get();
        AwsCredentialsIdentity identity = found.get();
        if (identity == null) {
            throw none(
                    failure != null
                            ? failure
                            : new IllegalStateException(
                                    inTime ? "The provider returned null" : "The provider did not answer in time"));
        }
        return identity;
    }

    private static NoCredentials none(Throwable failure) {
        return new NoCredentials("No credentials: " + failure.getClass().getSimpleName(), failure);
    }

    /** Credentials that are there already. Prints nothing of them. */
    private static final class Resolved implements IdentityProvider<AwsCredentialsIdentity> {
        private final AwsCredentialsIdentity identity;

        Resolved(AwsCredentialsIdentity identity) {
            this.identity = identity;
        }

        @Override
        public Class<AwsCredentialsIdentity> identityType() {
            return AwsCredentialsIdentity.class;
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            return CompletableFuture.completedFuture(identity);
        }
    }
}
