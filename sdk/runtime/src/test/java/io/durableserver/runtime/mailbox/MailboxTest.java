package io.durableserver.runtime.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.type.Slot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {
    private static final Slot SLOT = new Slot(0, Slot.Kind.CAST, String.class, "s", Void.class);

    private static Envelope envelope(Object message) {
        return Envelope.oneWay(SLOT, message);
    }

    @Test
    void messagesComeOutInOrder() {
        Mailbox mailbox = new Mailbox(16);
        assertThat(mailbox.isEmpty()).isTrue();
        assertThat(mailbox.poll()).isNull();
        for (int i = 0; i < 5; i++) {
            assertThat(mailbox.offer(envelope(i))).isTrue();
        }
        assertThat(mailbox.size()).isEqualTo(5);
        for (int i = 0; i < 5; i++) {
            Envelope next = mailbox.poll();
            assertThat(next == null ? null : next.message()).isEqualTo(i);
        }
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void boundIsTheNextPowerOfTwoAndOneMoreAndRoomComesBack() {
        for (int capacity : new int[] {16, 17, 100}) {
            Mailbox mailbox = new Mailbox(capacity);
            int taken = 0;
            while (mailbox.offer(envelope("x"))) {
                taken++;
            }
            assertThat(taken).isEqualTo(capacity == 16 ? 17 : capacity == 17 ? 33 : 129);
            assertThat(mailbox.poll()).isNotNull();
        }
    }

    @Test
    void aQueueThatKeepsRunningEmptyKeepsTheOrderOfEachProducer() throws Exception {
        Mailbox mailbox = new Mailbox(16);
        int count = 300_000;
        Thread producer = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                while (mailbox.size() > 2 || !mailbox.offer(envelope(i))) {
                    Thread.onSpinWait();
                }
            }
        });
        producer.start();
        for (int taken = 0; taken < count; ) {
            Envelope envelope = mailbox.poll();
            if (envelope != null) {
                assertThat(envelope.message()).isEqualTo(taken++);
            }
        }
        producer.join();
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void manyProducersLoseNothingAndKeepTheirOrder() throws Exception {
        Mailbox mailbox = new Mailbox(64);
        int each = 20_000;
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    while (!mailbox.offer(envelope(producer * each + i))) {
                        Thread.onSpinWait();
                    }
                }
            });
            producers.add(thread);
            thread.start();
        }
        int[] next = new int[3];
        for (int taken = 0; taken < 3 * each; ) {
            Envelope envelope = mailbox.poll();
            if (envelope == null) {
                Thread.onSpinWait();
                continue;
            }
            int value = (int) envelope.message();
            assertThat(value % each).isEqualTo(next[value / each]++);
            taken++;
        }
        for (Thread producer : producers) {
            producer.join();
        }
        assertThat(mailbox.isEmpty()).isTrue();
    }
}
