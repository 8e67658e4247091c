package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing by prefix, page by page. */
interface ListingChapter extends BackendFixture {
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_000})
    default void aListingHasEveryKeyOfThePrefixOnceWithItsVersion(int limit) {
        Map<String, Version> expected = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            String key = key("in/" + i);
            expected.put(key, created(key, bytes("record")));
            created(key("out/" + i), bytes("record"));
        }
        assertThat(listed(key("in/"), limit)).isEqualTo(expected);
    }

    @Test
    default void aPrefixThatIsAKeyIsListedToo() {
        Map<String, Version> expected = new HashMap<>();
        for (String name : List.of("a", "a/", "a/b", "ab")) {
            expected.put(key(name), created(key(name), bytes(name)));
        }
        created(key("b"), bytes("b"));
        assertThat(listed(key("a"), 2)).isEqualTo(expected);
    }

    @Test
    default void aPrefixWithoutKeysHasOneEmptyPage() {
        List<Backend.Page> pages = pages(backend(), PageRequest.keys(key("nothing/"), 10));
        assertThat(pages).hasSize(1);
        assertThat(pages.get(0).entries()).isEmpty();
    }

    @Test
    default void deletedKeysAreNotListed() {
        Version gone = created(key("x/gone"), bytes("record"));
        Version kept = created(key("x/kept"), bytes("record"));
        stored(delete(key("x/gone"), gone));
        assertThat(listed(key("x/"), 10)).isEqualTo(Map.of(key("x/kept"), kept));
    }

    /** Between any two pages keys come and go, before the cursor and behind it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1_000})
    default void keysThatExistThroughoutAreListedOnceWhileOthersComeAndGo(int limit) {
        List<String> stable = new ArrayList<>();
        Map<String, Version> leaving = new HashMap<>();
        for (int i = 0; i < 15; i++) {
            stable.add(key("mix/" + i + "-stable"));
            created(stable.get(i), bytes("record"));
            String key = key("mix/" + i + "-leaving");
            leaving.put(key, created(key, bytes("record")));
        }
        List<String> seen = new ArrayList<>();
        Optional<PageRequest> request = Optional.of(PageRequest.keys(key("mix/"), limit));
        int round = 0;
        while (request.isPresent()) {
            Backend.Page page = await(backend().list(request.orElseThrow(), TIMEOUT));
            page.entries().forEach(entry -> seen.add(entry.key()));
            // The keys just listed go first: a cursor must not depend on them.
            page.entries().forEach(entry -> deleteOnce(leaving, entry.key()));
            created(key("mix/!-first-" + round), bytes("record"));
            created(key("mix/" + round % 10 + "-new-" + round++), bytes("record"));
            request = request.orElseThrow().after(page);
            // What is inserted behind the cursor may be listed too; it must not keep the listing from its end.
            assertThat(round).isLessThan(1_000);
        }
        assertThat(seen).doesNotHaveDuplicates().containsAll(stable);
    }

    /** Stable keys and keys that are only replaced exist throughout; others are created and deleted all the time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000})
    default void keysThatExistThroughoutAreListedOnceWhileWritersRun(int limit) {
        Map<String, Version> stable = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            stable.put(key("busy/" + i + "-stable"), created(key("busy/" + i + "-stable"), bytes("record")));
        }
        try (ListingChurn churn = ListingChurn.start(another(), key("busy/"))) {
            for (int listing = 0; listing < 10; listing++) {
                churn.awaitChanges();
                List<Backend.Listed> entries = new ArrayList<>();
                pages(backend(), PageRequest.keys(key("busy/"), limit)).forEach(page -> entries.addAll(page.entries()));
                List<String> throughout = new ArrayList<>(stable.keySet());
                throughout.addAll(churn.replaced());
                assertThat(entries)
                        .extracting(Backend.Listed::key)
                        .filteredOn(throughout::contains)
                        .containsExactlyInAnyOrderElementsOf(throughout);
                assertThat(entries)
                        .filteredOn(entry -> stable.containsKey(entry.key()))
                        .allSatisfy(entry -> assertThat(entry.version()).isEqualTo(stable.get(entry.key())));
            }
        }
    }

    private void deleteOnce(Map<String, Version> leaving, String key) {
        Version version = leaving.remove(key);
        if (version != null) {
            stored(delete(key, version));
        }
    }

    /** All keys of a listing; a key listed twice fails the test. */
    private Map<String, Version> listed(String prefix, int limit) {
        Map<String, Version> all = new HashMap<>();
        for (Backend.Page page : pages(backend(), PageRequest.keys(prefix, limit))) {
            for (Backend.Listed entry : page.entries()) {
                assertThat(all.put(entry.key(), entry.version()))
                        .as("listed before: " + entry.key())
                        .isNull();
            }
        }
        return all;
    }
}
