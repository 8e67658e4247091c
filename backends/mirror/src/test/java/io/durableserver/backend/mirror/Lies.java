package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.ForwardingBackend;
import io.durableserver.testkit.backend.LyingBackend;
import io.durableserver.testkit.backend.LyingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What somebody between the nodes and one store makes up: an absence, an old record, a listing that leaves keys out, ends too
 * soon or has keys twice, apart from what the contract of a backend allows anyway. What is written is written.
 */
final class Lies {
    /** Decides about each answer of the store. */
    interface Liar {
        /** What a read shows; {@code past} is what the key has held so far, the newest last. */
        default ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
            return truth;
        }

        /** What a page of a listing shows. */
        default Page list(String prefix, Page truth) {
            return truth;
        }
    }

    private final Map<String, List<ReadResult.Found>> past = new HashMap<>();
    Liar liar = new Liar() {};
    /** What else may come back within the contract of a backend: lost, late, doubled, refused. */
    LyingPlan way = new LyingPlan(0, 0, Set.of(), Duration.ZERO);

    /** The store as the nodes see it. */
    Backend before(Backend store, Scheduler scheduler) {
        return new LyingBackend(madeUp(store), way, scheduler);
    }

    private Backend madeUp(Backend store) {
        return new ForwardingBackend(store) {
            @Override
            public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
                return super.get(key, mode, timeout).thenApply(truth -> liar.get(key, timeout, truth, past(key)));
            }

            @Override
            public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
                return super.create(key, record, timeout).thenApply(result -> written(key, record, result));
            }

            @Override
            public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
                return super.replace(key, record, expected, timeout).thenApply(result -> written(key, record, result));
            }

            @Override
            public CompletionStage<Page> list(PageRequest request, Duration timeout) {
                return super.list(request, timeout).thenApply(truth -> liar.list(request.prefix(), truth));
            }
        };
    }

    private List<ReadResult.Found> past(String key) {
        return past.computeIfAbsent(key, none -> new ArrayList<>());
    }

    private WriteResult written(String key, byte[] record, WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            past(key).add(new ReadResult.Found(record.clone(), stored.version()));
        }
        return result;
    }

    /** Some answers about one key, in a row: the first few are true, then so many are not, then all are true again. */
    static final class Script implements Liar {
        private final String key;
        private final boolean old;
        private int truths;
        private int lies;
        private int omissions;

        private Script(String key, boolean old, int truths, int lies, int omissions) {
            this.key = key;
            this.old = old;
            this.truths = truths;
            this.lies = lies;
            this.omissions = omissions;
        }

        /** Reads say that there is no record. */
        static Script absent(String key, int truths, int lies) {
            return new Script(key, false, truths, lies, 0);
        }

        /** Reads show the oldest record the key has held. */
        static Script old(String key, int truths, int lies) {
            return new Script(key, true, truths, lies, 0);
        }

        /** Listings leave the key out. */
        static Script unlisted(String key, int truths, int omissions) {
            return new Script(key, false, truths, 0, omissions);
        }

        @Override
        public ReadResult get(String read, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
            if (!read.equals(key) || lies == 0 || truths-- > 0) {
                return truth;
            }
            lies--;
            return old ? past.get(0) : new ReadResult.Absent();
        }

        @Override
        public Page list(String prefix, Page truth) {
            boolean there =
                    truth.entries().stream().anyMatch(entry -> entry.key().equals(key));
            if (!there || omissions == 0 || truths-- > 0) {
                return truth;
            }
            omissions--;
            List<Listed> rest = truth.entries().stream()
                    .filter(entry -> !entry.key().equals(key))
                    .toList();
            return new Page(rest, truth.next());
        }
    }
}
