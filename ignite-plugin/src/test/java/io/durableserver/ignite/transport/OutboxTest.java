package io.durableserver.ignite.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int SENDERS = 4;
    private static final int EACH = 50_000;

    private final List<Runnable> tasks = new ArrayList<>();
    private int drains;

    @Test
    void oneDrainIsAskedForUntilItRunsAndOneMoreWhileItWorks() {
        Outbox outbox = new Outbox(256, 1_000, tasks::add, () -> drains++);
        assertThat(outbox.offer(new byte[1])).isTrue();
        assertThat(outbox.offer(new byte[2])).isTrue();
        assertThat(tasks).hasSize(1);
        tasks.remove(0).run();
        assertThat(drains).isEqualTo(1);
        Outbox.Batch batch = outbox.nextBatch();
        assertThat(batch.messages()).containsExactly(new byte[1], new byte[2]);
        assertThat(batch.bytes()).isEqualTo(3);
        outbox.wake();
        assertThat(tasks).hasSize(1);
    }

    @Test
    void wakeDuringADrainBringsAnother() {
        List<Outbox> made = new ArrayList<>();
        Outbox outbox = new Outbox(256, 1_000, tasks::add, () -> {
            if (drains++ < 3) {
                made.get(0).wake();
                made.get(0).wake();
            }
        });
        made.add(outbox);
        outbox.wake();
        tasks.remove(0).run();
        assertThat(drains).isEqualTo(4);
        assertThat(tasks).isEmpty();
    }

    @Test
    void saysWhatWaits() {
        Outbox outbox = new Outbox(256, 1_000, tasks::add, () -> {});
        assertThat(outbox.waiting()).isEqualTo(new Transport.Waiting(0, 0));
        outbox.offer(new byte[3]);
        outbox.offer(new byte[4]);
        assertThat(outbox.waiting()).isEqualTo(new Transport.Waiting(2, 7));
        assertThat(outbox.nextBatch().messages()).hasSize(2);
        assertThat(outbox.waiting()).isEqualTo(new Transport.Waiting(0, 0));
    }

    @Test
    void boundsAreKeptButOneMessageAlwaysFits() {
        Outbox outbox = new Outbox(256, 1_000, tasks::add, () -> {});
        assertThat(outbox.offer(new byte[1_000])).isTrue();
        assertThat(outbox.offer(new byte[1])).isFalse();
        assertThat(outbox.nextBatch().bytes()).isEqualTo(1_000);
        for (int i = 0; i < 256; i++) {
            assertThat(outbox.offer(new byte[1])).isTrue();
        }
        assertThat(outbox.offer(new byte[1])).isFalse();
        outbox.clear();
        assertThat(outbox.offer(new byte[1_000])).isTrue();
    }

    /** A message that came while the last drain was ending would wait for ever. */
    @Test
    void nothingIsLeftBehindAndEachSendersOrderIsKept() throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            int[] next = new int[SENDERS];
            CountDownLatch done = new CountDownLatch(SENDERS * EACH);
            List<String> wrong = new ArrayList<>(); // one drain at a time
            List<Outbox> made = new ArrayList<>();
            Outbox outbox = new Outbox(1 << 16, 32L << 20, threads, () -> {
                while (!made.get(0).isEmpty()) {
                    for (byte[] message : made.get(0).nextBatch().messages()) {
                        int sender = message[0];
                        int number = ByteBuffer.wrap(message).getInt(1);
                        if (next[sender]++ != number) {
                            wrong.add(sender + ": " + number);
                        }
                        done.countDown();
                    }
                }
            });
            made.add(outbox);
            for (int s = 0; s < SENDERS; s++) {
                byte sender = (byte) s;
                threads.execute(() -> {
                    for (int i = 0; i < EACH; i++) {
                        byte[] message =
                                ByteBuffer.allocate(5).put(sender).putInt(i).array();
                        while (!outbox.offer(message)) {
                            Thread.onSpinWait();
                        }
                        if (i % 100 == 0) {
                            LockSupport.parkNanos(1_000); // the drain gets idle now and then
                        }
                    }
                });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(wrong).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }
}
