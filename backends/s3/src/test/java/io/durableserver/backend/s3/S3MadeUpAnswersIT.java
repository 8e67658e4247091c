package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Answer;
import io.durableserver.s3test.Counts;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.s3test.SeenRequest;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that something between has made up, changed or caused: what the store holds decides, not what they say. */
class S3MadeUpAnswersIT {
    private record Planned(Operation operation, Function<SeenRequest, Lie> lie) {}

    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private final Queue<Planned> planned = new ConcurrentLinkedQueue<>();
    private final LyingProxy proxy = LyingProxy.before(server.endpoint(), this::lie);
    private Backend backend;
    private Backend other;

    @BeforeEach
    void open() {
        backend = node.ready(TestNode.on(server).endpoint(proxy.endpoint()).build());
        other = node.ready(TestNode.on(server)
                .tuning(TestNode.tuning().cacheBytes(0).build())
                .build());
    }

    @AfterEach
    void close() {
        backend.close();
        other.close();
        proxy.close();
        server.close();
        node.close();
    }

    private Lie lie(SeenRequest request) {
        Planned next = planned.peek();
        if (next == null || next.operation() != request.operation()) {
            return new Lie.None();
        }
        planned.remove();
        return next.lie().apply(request);
    }

    private void next(Operation operation, int times, Lie lie) {
        for (int i = 0; i < times; i++) {
            planned.add(new Planned(operation, request -> lie));
        }
    }

    private static Answer page(int status) {
        return Answer.of(status, "text/html", "<html><body>default backend - " + status + "</body></html>");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 206, 301, 304, 400, 403, 404, 408, 409, 412, 429, 460, 499, 500, 502, 503, 520})
    void aWriteThatWasAppliedIsStoredWhateverStatusComesBack(int status) {
        next(Operation.PUT, 1, new Lie.After(page(status)));
        Version first = stored(createRecord(backend, "k", "one"));
        next(Operation.PUT, 1, new Lie.After(page(status)));
        Version second = stored(replace(backend, "k", "two", first));
        assertThat(record(other, "k")).isEqualTo("two");
        next(Operation.PUT, 1, new Lie.After(page(status)));
        stored(await(backend.delete("k", second, TIMEOUT)));
        assertThat(read(other, "k")).isInstanceOf(ReadResult.Absent.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 301, 304, 400, 403, 404, 409, 412, 460, 499})
    void aWriteTheStoreNeverSawIsTriedAgain(int status) {
        next(Operation.PUT, 2, new Lie.Instead(page(status)));
        Version first = stored(createRecord(backend, "k", "one"));
        next(Operation.PUT, 2, new Lie.Instead(page(status)));
        stored(replace(backend, "k", "two", first));
        assertThat(record(other, "k")).isEqualTo("two");
    }

    @Test
    void aWriteThatALayerBelowRepeatsIsStored() {
        next(Operation.PUT, 3, new Lie.Twice());
        Version first = stored(createRecord(backend, "k", "one"));
        Version second = stored(replace(backend, "k", "two", first));
        assertThat(record(other, "k")).isEqualTo("two");
        stored(await(backend.delete("k", second, TIMEOUT)));
        assertThat(read(other, "k")).isInstanceOf(ReadResult.Absent.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 206, 301, 304, 400, 403, 404, 410, 412, 416, 499, 502})
    void aRecordIsNotAbsentAndNotAnotherBecauseSomethingBetweenSaysSo(int status) {
        stored(createRecord(other, "k", "one"));
        next(Operation.GET, 1, new Lie.Instead(page(status)));
        assertThat(record(backend, "k")).isEqualTo("one");
        next(Operation.GET, 100, new Lie.Instead(page(status)));
        assertThat(read(backend, "k"))
                .isInstanceOfSatisfying(
                        ReadResult.Failed.class,
                        failed -> assertThat(failed.retryable()).isTrue());
        planned.clear();
        next(Operation.GET, 1, new Lie.Instead(new Answer(status, java.util.Map.of(), new byte[0])));
        assertThat(record(backend, "k")).isEqualTo("one");
    }

    @Test
    void theErrorOfAnotherServiceIsNotTheStores() {
        stored(createRecord(other, "k", "one"));
        String sts = "<ErrorResponse><Error><Code>NoSuchKey</Code></Error></ErrorResponse>";
        next(Operation.GET, 1, new Lie.Instead(Answer.of(404, "application/xml", sts)));
        assertThat(record(backend, "k")).isEqualTo("one");
    }

    @Test
    void aBodyThatIsCutOrSwappedIsNotTheRecord() {
        stored(createRecord(other, "k", "one"));
        next(Operation.GET, 1, new Lie.Changed(answer -> answer.withBody(new byte[0])));
        next(
                Operation.GET,
                1,
                new Lie.Changed(answer -> answer.withBody("{}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        next(Operation.GET, 1, new Lie.Cut());
        assertThat(record(backend, "k")).isEqualTo("one");
    }

    @Test
    void aVersionThatIsMissingOrChangedIsNotMadeUp() {
        next(Operation.PUT, 1, new Lie.Changed(answer -> answer.without("ETag")));
        Version first = stored(createRecord(backend, "k", "one"));
        next(Operation.PUT, 1, new Lie.Changed(answer -> answer.with("ETag", "\"0123456789abcdef0123456789abcdef\"")));
        Version second = stored(replace(backend, "k", "two", first));
        next(Operation.GET, 1, new Lie.Changed(answer -> answer.without("ETag")));
        assertThat(((ReadResult.Found) read(other, "k")).version()).isEqualTo(second);
        next(Operation.GET, 1, new Lie.Changed(answer -> answer.with("ETag", "\"0123456789abcdef0123456789abcdef\"")));
        stored(replace(other, "k", "three", second));
        assertThat(record(backend, "k")).isEqualTo("three");
    }

    @Test
    void anUnchangedThatIsOfNothingThatWasAskedIsNotBelieved() {
        Version first = stored(createRecord(backend, "k", "one"));
        stored(replace(other, "k", "two", first));
        next(Operation.GET, 1, new Lie.Instead(new Answer(304, java.util.Map.of(), new byte[0])));
        assertThat(record(backend, "k")).isEqualTo("two");
    }

    @ParameterizedTest
    @CsvSource({
        "200, '<ListBucketResult></ListBucketResult>'",
        "200, '<ListBucketResult><Name>other</Name><Prefix/><IsTruncated>false</IsTruncated></ListBucketResult>'",
        "200, '<html><body>Log in</body></html>'",
        "200, ''",
        "404, 'default backend - 404'",
        "304, ''"
    })
    void aListingOfSomethingElseIsNone(int status, String body) {
        stored(createRecord(other, "p/k", "one"));
        next(Operation.LIST, 1, new Lie.Instead(Answer.of(status, "application/xml", body)));
        assertThat(await(backend.list(PageRequest.keys("p/", 10), TIMEOUT)).entries())
                .extracting(Backend.Listed::key)
                .containsExactly("p/k");
    }

    @Test
    void aPageThatIsRepeatedIsNotTheNext() {
        for (String key : new String[] {"p/a", "p/b", "p/c"}) {
            stored(createRecord(other, key, "one"));
        }
        Answer[] first = new Answer[1];
        next(Operation.LIST, 1, new Lie.Changed(answer -> first[0] = answer));
        Backend.Page page = await(backend.list(PageRequest.keys("p/", 1), TIMEOUT));
        planned.add(new Planned(Operation.LIST, request -> new Lie.Instead(first[0])));
        Backend.Page next =
                await(backend.list(PageRequest.keys("p/", 1).from(page.next().orElseThrow()), TIMEOUT));
        assertThat(next.entries()).doesNotContainAnyElementsOf(page.entries());
    }

    @Test
    void aConflictIsLookedAtOnceAndAStoredWriteIsNot() {
        Version first = stored(createRecord(backend, "k", "one"));
        stored(replace(other, "k", "two", first));
        Counts before = server.requests().counts();
        assertThat(replace(backend, "k", "three", first)).isInstanceOf(WriteResult.Conflict.class);
        Counts spent = server.requests().counts().since(before);
        assertThat(spent.put()).isEqualTo(1);
        assertThat(spent.get()).isEqualTo(1);
        assertThat(spent.list()).isZero();
    }
}
