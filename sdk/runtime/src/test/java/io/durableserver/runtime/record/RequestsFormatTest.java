package io.durableserver.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.ServerStatus;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls with a request id in a record. */
@NullMarked
class RequestsFormatTest {
    private static StoredRecord with(StoredRequests requests) {
        StoredRecord record = Samples.requests();
        return new StoredRecord(
                record.type(),
                record.schemaVersion(),
                record.status(),
                record.owner(),
                record.epoch(),
                record.writes(),
                record.writtenAtMillis(),
                record.permanent(),
                record.metadata(),
                record.codec(),
                record.optional(),
                record.state(),
                requests,
                record.extra());
    }

    @Test
    void whateverAnIdAndAReplyAreTheyComeBack() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        StoredRequests requests = new StoredRequests(
                Long.MAX_VALUE,
                List.of(
                        new StoredRequest("\"\\\n\0😀", Integer.MIN_VALUE, Long.MAX_VALUE, all),
                        new StoredRequest("x", Integer.MAX_VALUE, 0, new byte[0]),
                        new StoredRequest("y", 0, 0, null)));
        byte[] bytes = RecordFormat.encode(with(requests));
        StoredRecord back = RecordFormat.decode("k", bytes);
        assertThat(back.requests()).isEqualTo(requests);
        assertThat(back.requests().kept().get(0).reply()).isEqualTo(all);
        assertThat(RecordFormat.encode(back)).isEqualTo(bytes);
    }

    @Test
    void recordWithoutThemNeedsNothing() {
        String json = new String(RecordFormat.encode(with(StoredRequests.NONE)), UTF_8);
        assertThat(json).doesNotContain("requests").doesNotContain("needs");
    }

    @Test
    void tombstoneHasNone() {
        StoredRecord record = Samples.tombstone();
        assertThat(record.status()).isEqualTo(ServerStatus.DELETING);
        assertThat(record.requests().isNone()).isTrue();
    }

    /** Beside id and reply at most 40 bytes, as long as the server has run for less than three years. */
    @Test
    void anEntryIsSmall() {
        StoredRequest request = new StoredRequest("id", -1, 90_000_000_000L, new byte[0]);
        assertThat(request.size() - "id".length()).isLessThanOrEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[\"1\"]",
                "[1,[]]",
                "[1,[\"a\",1,2]]",
                "[1,[\"a\",1,2,\"AA\",3]]",
                "[1,[\"a\",1,2,\"§\"]]",
                "[1,[1,1,2,null]]",
                "[1,[\"a\",1,2,null],[\"a\",1,2,null]]",
                "[1,7]",
                "null"
            })
    void whatIsNoListOfRequestsIsCorrupt(String member) {
        String good = new String(RecordFormat.encode(Samples.requests()), UTF_8);
        int start = good.indexOf(",\"requests\":[9");
        String wrong = good.substring(0, start) + ",\"requests\":" + member;
        byte[] sealed = Seal.close(new JsonBytes(64).raw(wrong.getBytes(UTF_8)));
        assertThatThrownBy(() -> RecordFormat.decode("k", sealed))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.RECORD_CORRUPT));
    }
}
