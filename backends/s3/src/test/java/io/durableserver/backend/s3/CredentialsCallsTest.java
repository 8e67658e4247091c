package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/** Whatever becomes of a call to a provider, whoever waits for it is told, and told why. */
class CredentialsCallsTest {
    /** Nobody waits so long: each of these calls ends by itself. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private interface Answer {
        CompletableFuture<AwsCredentialsIdentity> give();
    }

    private static IdentityProvider<AwsCredentialsIdentity> provider(Answer answer) {
        return new IdentityProvider<>() {
            @Override
            public Class<AwsCredentialsIdentity> identityType() {
                return AwsCredentialsIdentity.class;
            }

            @Override
            public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
                return answer.give();
            }
        };
    }

    @Test
    void aProviderThatThrowsWhateverEndsTheCallWithIt() {
        for (Throwable thrown : List.of(
                new StackOverflowError("in the provider"),
                new NoClassDefFoundError("a/Library"),
                new IllegalStateException("no token file"))) {
            AtomicInteger asked = new AtomicInteger();
            CredentialsCalls calls = new CredentialsCalls(
                    provider(() -> {
                        if (asked.incrementAndGet() > 1) {
                            return CompletableFuture.completedFuture(
                                    AwsCredentialsIdentity.create("key", Secrets.of("calls")));
                        }
                        return sneaky(thrown);
                    }),
                    Runnable::run);
            assertThatThrownBy(() -> calls.get(LONG))
                    .isInstanceOf(NoCredentials.class)
                    .hasCause(thrown);
            assertThat(calls.get(LONG).accessKeyId()).as("the next call").isEqualTo("key");
        }
    }

    @Test
    void aStageThatFailsEndsTheCallWithItsFailure() {
        IllegalStateException failure = new IllegalStateException("the service is down");
        CredentialsCalls calls =
                new CredentialsCalls(provider(() -> CompletableFuture.failedFuture(failure)), Runnable::run);
        assertThatThrownBy(() -> calls.get(LONG))
                .isInstanceOf(NoCredentials.class)
                .hasRootCause(failure);
    }

    @Test
    void threadsThatTakeNothingEndTheCall() {
        RejectedExecutionException closed = new RejectedExecutionException("closed");
        CredentialsCalls calls = new CredentialsCalls(provider(CompletableFuture::new), task -> {
            throw closed;
        });
        assertThatThrownBy(() -> calls.get(LONG))
                .isInstanceOf(NoCredentials.class)
                .hasCause(closed);
    }

    private static CompletableFuture<AwsCredentialsIdentity> sneaky(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }
}
