package io.durableserver.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs {@link UserCounterCases} with whatever JUnit is on the class path, in a JVM of its own. */
final class UserCounterLauncher {
    private UserCounterLauncher() {}

    public static void main(String[] arguments) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(UserCounterCases.class))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        long open = UserCounterCases.OPENED.stream()
                .filter(cluster -> cluster.isRunning(0))
                .count();
        System.out.printf(
                "JUnit %s: succeeded %d, failed %d, open %d%n",
                junitVersion(), summary.getTestsSucceededCount(), summary.getTotalFailureCount(), open);
        System.exit(summary.getTotalFailureCount() == 0 && open == 0 ? 0 : 1);
    }

    private static String junitVersion() {
        String jar =
                Test.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*junit-jupiter-api-(.*)\\.jar", "$1");
    }
}
