package io.durableserver.backend.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where the credentials of requests come from. They are found before a request is made, so that whatever a credentials
 * service, a token file or a process says is never taken for the store's answer: nothing was sent.
 */
final class Credentials {
    /** How much of a request's time its credentials may take: the caller is to hear that there are none. */
    private static final double PART = 0.75;

    private final Optional<Source> source;
    private final boolean fixed;

    private Credentials(Optional<Source> source, boolean fixed) {
        this.source = source;
        this.fixed = fixed;
    }

    /** Finds credentials. Blocks, for a bounded time. */
    private interface Source {
        AwsCredentialsIdentity get(Duration timeout);
    }

    /** The credentials of a client; its provider is asked on these threads. */
    static Credentials of(S3Client client, Executor threads) {
        Optional<IdentityProvider<? extends AwsCredentialsIdentity>> found =
                Optional.ofNullable(client.serviceClientConfiguration().credentialsProvider());
        return new Credentials(
                found.map(provider -> source(provider, threads)),
                found.filter(StaticCredentialsProvider.class::isInstance).isPresent());
    }

    /** The credentials that the client finds for itself. */
    static Credentials ofTheClient() {
        return new Credentials(Optional.empty(), false);
    }

    /** Whether they stay what they are, whatever the store says of them. */
    boolean fixed() {
        return fixed;
    }

    private static Source source(IdentityProvider<? extends AwsCredentialsIdentity> provider, Executor threads) {
        if (provider instanceof StaticCredentialsProvider pair) {
            // Nothing to wait for.
            return timeout -> pair.resolveCredentials();
        }
        return new CredentialsCalls(provider, threads)::get;
    }

    /**
     * What to sign one request with; empty where the client finds it for itself. Blocks, but for less than the timeout; throws
     * {@link NoCredentials}.
     */
    Optional<IdentityProvider<AwsCredentialsIdentity>> resolve(Duration timeout) {
        Duration part = Duration.ofNanos((long) (timeout.toNanos() * PART));
        return source.map(from -> new Resolved(from.get(part)));
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
