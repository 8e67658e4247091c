package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ObjectStreamClass;
import java.util.List;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CompareAndSetTest {
    private static final byte[] NONE = CompareAndSet.NONE;
    private static final byte[] FIRST = StoredValue.of(1, 1, new byte[3]);
    private static final byte[] SECOND = StoredValue.of(1, 2, new byte[0]);

    private final Entry entry = new Entry();

    @Test
    void anAbsentRecordIsCreatedOnly() {
        assertThat(apply(StoredValue.token(FIRST), SECOND)).isFalse();
        assertThat(apply(StoredValue.token(FIRST), NONE)).isFalse();
        assertThat(entry.value).isNull();
        assertThat(apply(NONE, FIRST)).isTrue();
        assertThat(entry.value).isEqualTo(FIRST);
    }

    @Test
    void aPresentRecordChangesForItsOwnTokenOnly() {
        entry.value = FIRST;
        assertThat(apply(NONE, SECOND)).isFalse();
        assertThat(apply(StoredValue.token(SECOND), NONE)).isFalse();
        assertThat(apply(StoredValue.token(FIRST), SECOND)).isTrue();
        assertThat(entry.value).isEqualTo(SECOND);
        assertThat(apply(StoredValue.token(SECOND), NONE)).isTrue();
        assertThat(entry.value).isNull();
    }

    @Test
    void aWriteTriedAgainIsRecognizedByItsToken() {
        entry.value = FIRST;
        assertThat(apply(StoredValue.token(FIRST), SECOND)).isTrue();
        assertThat(apply(StoredValue.token(FIRST), SECOND)).isTrue();
    }

    @Test
    void ofManyWritesEachEntryTakesItsOwn() {
        Object[] arguments = {
            new String[] {"a", "key", "z"}, new byte[][] {NONE, NONE, NONE}, new byte[][] {NONE, FIRST, SECOND}
        };
        assertThat(CompareAndSetAll.INSTANCE.process(entry, arguments)).isTrue();
        assertThat(entry.value).isEqualTo(FIRST);
    }

    @Test
    void anEntryOfNoWriteIsADefect() {
        Object[] arguments = {new String[] {"a"}, new byte[][] {NONE}, new byte[][] {FIRST}};
        assertThatIllegalArgumentException().isThrownBy(() -> CompareAndSetAll.INSTANCE.process(entry, arguments));
        assertThat(entry.value).isNull();
    }

    /** What nodes of other releases call these classes, and what Ignite needs to read them. */
    @Test
    void theNamesOnTheWireStayTheSame() {
        for (Class<?> processor : List.of(CompareAndSet.class, CompareAndSetAll.class)) {
            assertThat(ObjectStreamClass.lookup(processor).getSerialVersionUID())
                    .isEqualTo(1);
            assertThat(ObjectStreamClass.lookup(processor).getFields()).isEmpty();
        }
        assertThat(CompareAndSet.class.getName()).isEqualTo("io.durableserver.backend.ignite.CompareAndSet");
        assertThat(CompareAndSetAll.class.getName()).isEqualTo("io.durableserver.backend.ignite.CompareAndSetAll");
    }

    private boolean apply(byte[] expected, byte[] value) {
        return CompareAndSet.INSTANCE.process(entry, expected, value);
    }

    @SuppressWarnings("NullAway") // javax.cache leaves absence to null
    private static final class Entry implements MutableEntry<String, byte[]> {
        private byte @Nullable [] value;

        @Override
        public boolean exists() {
            return value != null;
        }

        @Override
        public void remove() {
            value = null;
        }

        @Override
        public void setValue(byte[] newValue) {
            value = newValue;
        }

        @Override
        public String getKey() {
            return "key";
        }

        @Override
        public byte[] getValue() {
            return value;
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException(type.getName());
        }
    }
}
