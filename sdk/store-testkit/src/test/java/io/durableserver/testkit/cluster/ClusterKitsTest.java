package io.durableserver.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The kits of the cluster SPIs find the mistakes they are there to find. */
final class ClusterKitsTest {
    /** A test of a kit. */
    private record Finder(Class<?> kit, String test) {
        static Finder maps(String test) {
            return new Finder(BrokenClusterKits.Maps.class, test);
        }

        static Finder messages(String test) {
            return new Finder(BrokenClusterKits.Messages.class, test);
        }

        static Finder members(String test) {
            return new Finder(BrokenClusterKits.Members.class, test);
        }
    }

    /** The test that must find a mistake. */
    private static Finder finder(Mistake mistake) {
        return switch (mistake) {
            case NONE -> throw new IllegalArgumentException("nothing to find");
            case BLIND_REPLACE -> Finder.maps("everyChangeIsACompareAndSetOfTheBytes");
            case OPENS_AGAIN -> Finder.maps("aMapIsOpenedOnce");
            case TAKES_ANY_SPECIFICATION -> Finder.maps("anotherKindOfANameIsRefusedOnEveryNode");
            case REFUSES_OTHER_BACKUPS -> Finder.maps("otherBackupsAreTakenAsTheyAre");
            case TAKES_ANY_KEY -> Finder.maps("whatIsNoKeyOrNoValueIsRefused");
            case ONE_THROW_ENDS_THE_ARBITER_LISTENERS ->
                Finder.maps("aListenerThatThrowsIsToldAgainAndKeepsNobodyFromBeingTold");
            case CLOSES_ALL_OF_ONE_LISTENER -> Finder.maps("aListenerThatIsRegisteredTwiceGoesOnUntilBothAreClosed");
            case REVISION_OF_A_CHANGE_GOES_BACK -> Finder.maps("revisionsOfAKeyRiseAlsoAcrossItsRemoval");
            case PAGE_SKIPS, PAGE_REPEATS, PAGE_TOO_LONG -> Finder.maps("pagesHaveEveryEntryOfAPrefixOnce");
            case PAGE_TOO_LARGE -> Finder.maps("aPageIsBoundedInBytes");
            case CLOSE_DOES_NOTHING, TELLS_NOBODY_OF_THE_END -> Finder.maps("aMapIsClosedAloneAndItsWatchersAreTold");
            case HIDES_THE_GAP, TELLS_NOBODY_THAT_A_WATCH_IS_BEHIND ->
                Finder.maps("aListenerForWhichTooMuchWaitsIsToldOfTheGapOnceAndEndsWithWhatIsThere");
            case BEGINS_ANY_WATCH, COUNTS_CLOSED_WATCHES ->
                Finder.maps("moreWatchesThanAMapMayHaveAreRefusedUntilOneIsClosed");
            case OWNS_BACKUPS, COUNTS_BACKUPS -> Finder.maps("aNodeOwnsWhatItArbitratesAndNoBackups");
            case ARBITER_MOVES_IN_SILENCE -> Finder.maps("whatANodeOwnedIsOwnedByOthersWhenItLeftAndTheyAreTold");
            case OWNER_IS_ANOTHER_OBJECT -> Finder.maps("allNodesAgreeOnTheArbiterAndNameTheObjectOfTheView");
            case LOSES_A_CHANGE,
                    REPEATS_A_CHANGE,
                    SWAPS_CHANGES,
                    NOTHING_BEFORE,
                    REVISION_TOLD_GOES_BACK,
                    FORGETS_THE_REASON,
                    NEVER_CAUGHT_UP,
                    IGNORES_THE_PREFIX -> Finder.maps("aWatchShowsWhatIsThereAndThenEveryChange");
            case MISSES_WHAT_CHANGES_DURING_THE_SCAN ->
                Finder.maps("nothingIsLostOrRepeatedBetweenTheFirstEntriesAndTheChanges");
            case ONE_THROW_ENDS_THE_WATCH -> Finder.maps("aListenerThatThrowsGetsItsNextCallAndDisturbsNobody");
            case ONE_BLOCK_STOPS_ALL -> Finder.maps("aListenerThatBlocksHoldsUpNobodyElse");
            case TELLS_AFTER_CLOSE -> Finder.maps("aClosedWatchIsQuietAndOthersGoOn");
            case LOSES_A_MESSAGE, REPEATS_A_MESSAGE, SWAPS_MESSAGES ->
                Finder.messages("messagesArriveOnceAndInOrderPerPair");
            case DROPS_WHEN_FULL -> Finder.messages("aFullQueueSaysNoAndLosesNothingItTook");
            case SENDER_IS_ANOTHER_OBJECT -> Finder.messages("aSenderIsTheObjectOfTheView");
            case REFUSES_MESSAGES_TO_THE_GONE -> Finder.messages("aMessageToASessionThatIsGoneIsDropped");
            case REFUSES_NO_REQUEST -> Finder.messages("aRequestToASessionThatIsNotThereWasNotApplied");
            case WAITS_FOR_THE_GONE -> Finder.messages("aRequestThatASessionLeavesOpenEndsUnknownWithIt");
            case IGNORES_THE_TIMEOUT -> Finder.messages("aRequestWithoutAnAnswerEndsUnknownWhenItsTimeIsOver");
            case SHOWS_A_DEAD_SESSION_AGAIN ->
                Finder.members("aSessionThatLeftIsNeverSeenAgainAndItsNodeComesBackAsAnother");
            case SESSIONS_ARE_NEW_OBJECTS -> Finder.members("aSessionIsOneObjectWhereverANodeNamesIt");
            case TELLS_BEFORE_THE_VIEW_SHOWS_IT, TELLS_TWICE ->
                Finder.members("changesAreToldOnceInOrderAndAfterTheViewShowsThem");
            case TELLS_CLOSED_LISTENERS -> Finder.members("aClosedListenerIsQuietAndOthersGoOn");
            case ONE_THROW_ENDS_THE_LISTENER ->
                Finder.members("aListenerThatThrowsIsToldOfTheNextChangeAndDisturbsNobody");
            case VIEW_IS_MADE_EACH_TIME -> Finder.members("theViewIsOneObjectUntilItChanges");
            case LIVING_ARE_PROVABLY_GONE -> Finder.members("aSessionThatLivesIsNotProvablyGone");
        };
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aMistakeIsFound(Mistake mistake) {
        Finder finder = finder(mistake);
        Events tests = run(mistake, List.of(selectMethod(finder.kit(), finder.test())));
        assertThat(tests.started().count()).as(finder.test()).isEqualTo(1);
        assertThat(tests.failed().count()).as(finder.test()).isEqualTo(1);
    }

    /** So that it is the mistakes that are found. */
    @Test
    void aClusterWithoutAMistakePasses() {
        Events tests = run(
                Mistake.NONE,
                Stream.of(
                                BrokenClusterKits.Maps.class,
                                BrokenClusterKits.Messages.class,
                                BrokenClusterKits.Members.class)
                        .map(kit -> (DiscoverySelector) selectClass(kit))
                        .toList());
        assertThat(tests.succeeded().count()).isGreaterThan(30);
        assertThat(tests.failed().list()).isEmpty();
    }

    private static Events run(Mistake mistake, List<DiscoverySelector> selectors) {
        BrokenClusterKits.mistake = mistake;
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectors.toArray(DiscoverySelector[]::new))
                .execute()
                .testEvents();
    }
}
