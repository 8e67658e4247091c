package io.durableserver.testkit.store;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing with records. */
interface ListedRecordsChapter extends BackendFixture {
    /** Seven of them are more than a page may have. */
    int LARGE = 600_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_000})
    default void aListingHasTheRecordThatItsVersionStandsFor(int limit) {
        Map<String, Version> versions = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            String key = key("in/" + i);
            Version first = created(key, bytes("old"));
            versions.put(key, i == 0 ? first : stored(replace(key, bytes("new " + i), first)));
            created(key("out/" + i), bytes("record"));
        }
        created(key("in/empty"), new byte[0]);
        List<Backend.Listed> listed = listed(PageRequest.records(key("in/"), limit));
        assertThat(listed)
                .extracting(Backend.Listed::key)
                .contains(key("in/empty"))
                .containsAll(versions.keySet())
                .hasSize(11);
        for (Backend.Listed entry : listed) {
            assertThat(entry.record().isPresent() || !listsRecords()).isTrue();
            entry.record().ifPresent(record -> assertRecord(entry.key(), record, entry.version()));
        }
    }

    @Test
    default void aListingOfKeysHasNoRecords() {
        created(key("keys/one"), bytes("record"));
        assertThat(listed(PageRequest.keys(key("keys/"), 10)))
                .extracting(Backend.Listed::record)
                .hasSize(1)
                .allSatisfy(record -> assertThat(record).isEmpty());
    }

    @Test
    default void aPageOfRecordsIsBoundedInBytes() {
        for (int i = 0; i < 9; i++) {
            byte[] large = new byte[LARGE + i];
            large[i] = 1;
            created(key("large/" + i), large);
        }
        List<Backend.Page> pages = pages(backend(), PageRequest.records(key("large/"), 1_000));
        for (Backend.Page page : pages) {
            long bytes = page.entries().stream()
                    .mapToLong(
                            entry -> entry.record().map(record -> record.length).orElse(0))
                    .sum();
            assertThat(bytes <= PageRequest.MAX_BYTES || page.entries().size() == 1)
                    .as("%d bytes in %d entries", bytes, page.entries().size())
                    .isTrue();
        }
        List<Backend.Listed> all = entries(pages);
        assertThat(all).extracting(Backend.Listed::key).doesNotHaveDuplicates().hasSize(9);
        assertThat(all)
                .allSatisfy(entry ->
                        entry.record().ifPresent(record -> assertThat(record).hasSize(LARGE + number(entry.key()))));
    }

    private static int number(String key) {
        return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1));
    }

    @Test
    default void aRecordThatWasListedBelongsToWhoAsked() {
        String key = key("mine/one");
        Version version = created(key, bytes("one"));
        for (int i = 0; i < 2; i++) {
            Backend.Listed listed =
                    listed(PageRequest.records(key("mine/"), 10)).get(0);
            listed.record().ifPresent(record -> {
                assertThat(record).isEqualTo(bytes("one"));
                record[0] = 'X';
            });
        }
        assertRecord(key, bytes("one"), version);
    }

    /** Keys that are replaced are in each listing, with a version and a record that belong together. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000})
    default void recordsAndVersionsBelongTogetherWhileWritersRun(int limit) {
        List<Backend.Listed> seen = new ArrayList<>();
        ListingChurn churn = ListingChurn.start(another(), key("churn/"));
        try (churn) {
            for (int listing = 0; listing < 10; listing++) {
                churn.awaitChanges();
                List<Backend.Listed> listed = listed(PageRequest.records(key("churn/"), limit));
                assertThat(listed)
                        .extracting(Backend.Listed::key)
                        .doesNotHaveDuplicates()
                        .containsAll(churn.replaced());
                seen.addAll(listed);
            }
        }
        // What a writer stored may be listed before the writer hears of it.
        assertThat(seen)
                .filteredOn(entry ->
                        churn.replaced().contains(entry.key()) && entry.record().isPresent())
                .allSatisfy(entry -> assertThat(entry.record().orElseThrow())
                        .isEqualTo(churn.written(entry.key(), entry.version())));
    }

    private List<Backend.Listed> listed(PageRequest first) {
        return entries(pages(backend(), first));
    }

    private static List<Backend.Listed> entries(List<Backend.Page> pages) {
        return pages.stream().flatMap(page -> page.entries().stream()).toList();
    }
}
