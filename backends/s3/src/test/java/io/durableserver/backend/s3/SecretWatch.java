package io.durableserver.backend.s3;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Fails the tests of this module that show a secret, in whatever is logged at DEBUG or in the text of a failure. Every test has
 * it: the build turns on that extensions are found by themselves.
 */
public final class SecretWatch
        implements BeforeAllCallback,
                AfterEachCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {
    @Override
    public void beforeAll(ExtensionContext context) {
        // What threads log after the last test is looked at when everything ends.
        context.getRoot().getStore(Namespace.create(SecretWatch.class)).put("end", (AutoCloseable)
                SecretWatch::failOnLeaks);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        failOnLeaks();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        failOnLeaks();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw checked(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw checked(failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw checked(failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw checked(failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw checked(failure);
    }

    private static Throwable checked(Throwable failure) {
        String text = WatchedLogging.text(failure);
        return Secrets.in(text)
                ? new AssertionError("The text of a failure shows a secret: " + Secrets.hidden(text))
                : failure;
    }

    private static void failOnLeaks() {
        List<String> leaks = WatchedLogging.leaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError("A secret was logged " + leaks.size() + " times, first by " + leaks.get(0));
        }
    }
}
