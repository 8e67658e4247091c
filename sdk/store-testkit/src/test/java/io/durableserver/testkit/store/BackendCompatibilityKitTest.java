package io.durableserver.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The kit finds the mistakes it is there to find, and nothing else. */
final class BackendCompatibilityKitTest {
    private static final Set<String> RACES = Set.of(
            "oneOfManyRacingReplacesWins",
            "oneOfManyRacingCreatesWins",
            "deletesReplacesAndCreatesOfOneVersionHaveOneWinner",
            "noIncrementIsLost");
    private static final String MIXED = "deletesReplacesAndCreatesOfOneVersionHaveOneWinner";

    @Test
    void aStoreWithoutAMistakePasses() {
        assertThat(failuresOf(BrokenBackendKit.NoMistake.class)).isEmpty();
    }

    @Test
    void aBackendThatReusesTokensAfterADeleteFails() {
        assertThat(withoutLuck(failuresOf(BrokenBackendKit.TokensStartOver.class), MIXED))
                .containsExactlyInAnyOrder(
                        "tokensNeverRepeatAcrossDeleteAndCreate",
                        "tokensNeverRepeatAcrossHandles",
                        "randomSequencesAgreeWithTheModel",
                        "aWriteThatIsTooLateHasNoEffect");
    }

    @Test
    void aBackendThatIgnoresTheExpectedVersionOfAReplaceFails() {
        assertThat(withoutLuck(failuresOf(BrokenBackendKit.BlindReplace.class), "noIncrementIsLost", MIXED))
                .containsExactlyInAnyOrder(
                        "replaceConflictsWithAnotherVersion",
                        "aVersionNoBackendMadeMatchesNothing",
                        "equalBytesWrittenTwiceGetTwoVersions",
                        "tokensNeverRepeatAcrossDeleteAndCreate",
                        "tokensNeverRepeatAcrossHandles",
                        "randomSequencesAgreeWithTheModel",
                        "oneOfManyRacingReplacesWins",
                        "aWriteWhoseAnswerIsLostIsUnknownAndNotAppliedTwice",
                        "aWriteThatIsTooLateHasNoEffect",
                        "everyChangeUnderRandomFaultsIsOneThatWasTold");
    }

    @Test
    void aBackendThatIgnoresTheExpectedVersionOfADeleteFails() {
        assertThat(withoutLuck(failuresOf(BrokenBackendKit.BlindDelete.class), MIXED))
                .containsExactlyInAnyOrder(
                        "deleteConflictsWithAnotherVersion",
                        "aVersionNoBackendMadeMatchesNothing",
                        "tokensNeverRepeatAcrossDeleteAndCreate",
                        "tokensNeverRepeatAcrossHandles",
                        "randomSequencesAgreeWithTheModel",
                        "aWriteThatIsTooLateHasNoEffect",
                        "everyChangeUnderRandomFaultsIsOneThatWasTold");
    }

    @Test
    void aBackendThatChecksFirstAndWritesLaterLosesUpdatesAndFails() {
        assertThat(failuresOf(BrokenBackendKit.CheckThenWrite.class))
                .containsExactlyInAnyOrder(
                        "oneOfManyRacingReplacesWins", "oneOfManyRacingCreatesWins", MIXED, "noIncrementIsLost");
    }

    @Test
    void aBackendWhosePagesMoveWithTheKeysFails() {
        String keys = "keysThatExistThroughoutAreListedOnceWhileWritersRun";
        String records = "recordsAndVersionsBelongTogetherWhileWritersRun";
        assertThat(withoutLuck(failuresOf(BrokenBackendKit.PagesByOffset.class), keys, records))
                .containsExactly("keysThatExistThroughoutAreListedOnceWhileOthersComeAndGo");
    }

    @Test
    void aBackendThatListsRecordsWithTheVersionOfAnotherFails() {
        assertThat(failuresOf(BrokenBackendKit.RecordsOfAnotherVersion.class))
                .containsExactly(
                        "aListingHasTheRecordThatItsVersionStandsFor",
                        "recordsAndVersionsBelongTogetherWhileWritersRun");
    }

    @Test
    void aBackendThatListsRecordsUnaskedFails() {
        assertThat(failuresOf(BrokenBackendKit.RecordsUnasked.class)).contains("aListingOfKeysHasNoRecords");
    }

    @Test
    void aBackendWhosePagesOfRecordsHaveNoBoundFails() {
        assertThat(failuresOf(BrokenBackendKit.RecordsUnbounded.class))
                .containsExactly("aPageOfRecordsIsBoundedInBytes");
    }

    @Test
    void aBackendThatSkipsTheRecordThatDoesNotFitFails() {
        assertThat(failuresOf(BrokenBackendKit.RecordsSkipped.class)).containsExactly("aPageOfRecordsIsBoundedInBytes");
    }

    @Test
    void aBackendThatListsItsOwnArraysFails() {
        assertThat(failuresOf(BrokenBackendKit.RecordsShared.class))
                .containsExactly("aRecordThatWasListedBelongsToWhoAsked");
    }

    @Test
    void aBackendThatCallsAnAppliedWriteAConflictFails() {
        assertThat(failuresOf(BrokenBackendKit.ConflictForApplied.class)).containsExactly("aTimeoutIsAResult");
    }

    @Test
    void aBackendThatCallsAnAppliedWriteNotAppliedFails() {
        assertThat(failuresOf(BrokenBackendKit.NotAppliedForApplied.class)).containsExactly("aTimeoutIsAResult");
    }

    @Test
    void aBackendThatAppliesWritesAfterItsHandleRefusedThemFails() {
        assertThat(failuresOf(BrokenBackendKit.AppliedAfterClose.class))
                .containsExactly("writesUnderWayWhenTheirHandleClosesEndHonestly");
    }

    /** A store may leave writers in doubt where its kit says so, and the races still find those that lose updates. */
    @Test
    void racesOfAStoreThatLeavesWritersInDoubtFindTheSameMistakes() {
        assertThat(racesFailedBy(BrokenBackendKit.Doubtful.class)).isEmpty();
        assertThat(racesFailedBy(BrokenBackendKit.DoubtfulCheckThenWrite.class)).isEqualTo(RACES);
        assertThat(racesFailedBy(BrokenBackendKit.DoubtfulBlindReplace.class)).contains("oneOfManyRacingReplacesWins");
    }

    private static Set<String> racesFailedBy(Class<?> kit) {
        return failuresOf(RACES.stream().map(race -> selectMethod(kit, race)).toArray(DiscoverySelector[]::new));
    }

    /** Whether a test that needs two threads to meet finds the mistake in so fast a store is a matter of luck. */
    private static Set<String> withoutLuck(Set<String> failures, String... lucky) {
        failures.removeAll(List.of(lucky));
        return failures;
    }

    private static Set<String> failuresOf(Class<?> kit) {
        return failuresOf(new DiscoverySelector[] {selectClass(kit)});
    }

    private static Set<String> failuresOf(DiscoverySelector[] selectors) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectors)
                .execute()
                .testEvents()
                .failed()
                .map(event -> event.getTestDescriptor().getSource().orElseThrow())
                .map(source -> ((MethodSource) source).getMethodName())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
