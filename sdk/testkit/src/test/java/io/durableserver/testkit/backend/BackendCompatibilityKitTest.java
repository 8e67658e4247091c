package io.durableserver.testkit.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.BrokenBackend.Mistake;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The kit finds the mistakes it is there to find, and nothing else. */
final class BackendCompatibilityKitTest {
    static final class TokensStartOver extends BackendCompatibilityKit {
        private final BrokenBackend.Rows rows = new BrokenBackend.Rows();

        @Override
        protected Backend openBackend() {
            return new BrokenBackend(Mistake.TOKENS_START_OVER, rows);
        }
    }

    static final class BlindReplace extends BackendCompatibilityKit {
        private final BrokenBackend.Rows rows = new BrokenBackend.Rows();

        @Override
        protected Backend openBackend() {
            return new BrokenBackend(Mistake.BLIND_REPLACE, rows);
        }
    }

    @Test
    void aBackendThatReusesTokensAfterADeleteFails() {
        assertThat(failuresOf(TokensStartOver.class))
                .containsExactlyInAnyOrder(
                        "tokensNeverRepeatAcrossDeleteAndCreate",
                        "tokensNeverRepeatAcrossHandles",
                        "randomSequencesAgreeWithTheModel");
    }

    @Test
    void aBackendThatIgnoresTheExpectedVersionFails() {
        assertThat(failuresOf(BlindReplace.class))
                .containsExactlyInAnyOrder(
                        "replaceConflictsWithAnotherVersion",
                        "aVersionNoBackendMadeMatchesNothing",
                        "equalBytesWrittenTwiceGetTwoVersions",
                        "tokensNeverRepeatAcrossDeleteAndCreate",
                        "randomSequencesAgreeWithTheModel",
                        "oneOfManyRacingReplacesWins",
                        "tokensNeverRepeatAcrossHandles",
                        "notAppliedNeverWasAndStoredAlwaysWas");
    }

    /** Without the race for increments: whether it meets a conflict in so fast a store is a matter of luck. */
    private static Set<String> failuresOf(Class<?> kit) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(kit))
                .execute()
                .testEvents()
                .failed()
                .map(event -> event.getTestDescriptor().getSource().orElseThrow())
                .map(source -> ((MethodSource) source).getMethodName())
                .filter(name -> !name.equals("noIncrementIsLost"))
                .collect(Collectors.toSet());
    }
}
