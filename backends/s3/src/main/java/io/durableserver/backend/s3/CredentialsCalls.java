package io.durableserver.backend.s3;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * Asks a provider of credentials on threads of their own: it may block for ever, and takes no request's thread with it. All
 * requests that wait at a time share one call; one that takes too long is given up and asked anew, a few times at most.
 */
final class CredentialsCalls {
    static final int THREADS = 4;

    private static final ResolveIdentityRequest ANY =
            ResolveIdentityRequest.builder().build();

    private final IdentityProvider<? extends AwsCredentialsIdentity> provider;
    private final Executor threads;
    /** Guarded by this: calls that have not ended, whether a request waits for them or not. */
    private int open;

    private @Nullable Call current;

    CredentialsCalls(IdentityProvider<? extends AwsCredentialsIdentity> provider, Executor threads) {
        this.provider = provider;
        this.threads = threads;
    }

    /** Throws {@link NoCredentials} where there are none in time. Blocks. */
    AwsCredentialsIdentity get(Duration timeout) {
        Call call = join();
        boolean inTime;
        try {
            inTime = call.end.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            // A thread of the backend's own: the flag would only break the next request.
            throw NoCredentials.because(interrupted);
        }
        if (!inTime) {
            giveUp(call);
            throw NoCredentials.because(
                    new IllegalStateException("The provider did not answer within " + timeout.toMillis() + " ms"));
        }
        AwsCredentialsIdentity identity = call.identity;
        if (identity == null) {
            Throwable failure = call.failure;
            throw NoCredentials.because(
                    failure != null ? failure : new IllegalStateException("The provider returned null"));
        }
        return identity;
    }

    private Call join() {
        Call call;
        synchronized (this) {
            if (current != null) {
                return current;
            }
            call = new Call();
            current = call;
            open++;
        }
        try {
            threads.execute(() -> ask(call));
        } catch (RuntimeException | Error closed) {
            end(call, null, closed);
        }
        return call;
    }

    private void ask(Call call) {
        try {
            var unused =
                    provider.resolveIdentity(ANY).whenComplete((identity, failure) -> end(call, identity, failure));
        } catch (Throwable failure) {
            // An error of the application's code is no reason to let requests wait.
            end(call, null, failure);
        }
    }

    private void end(Call call, @Nullable AwsCredentialsIdentity identity, @Nullable Throwable failure) {
        synchronized (this) {
            if (call.ended) {
                return;
            }
            call.ended = true;
            open--;
            if (current == call) {
                current = null;
            }
        }
        call.identity = identity;
        call.failure = failure;
        call.end.countDown();
    }

    private synchronized void giveUp(Call call) {
        if (current == call && open < THREADS) {
            current = null;
        }
    }

    /** One call; compared by identity. */
    private static final class Call {
        final CountDownLatch end = new CountDownLatch(1);
        boolean ended;
        volatile @Nullable AwsCredentialsIdentity identity;
        volatile @Nullable Throwable failure;
    }
}
