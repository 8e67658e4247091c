package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's generators and parsers, used for many values one after the other, as CBOR allows: to make one for each costs
 * more than to write or read a small message. One that failed, that was left in the middle of a value or that user code
 * closed or changed is not used again; nor is one that saw much, because a parser remembers every name it read and a
 * generator its largest value. What is inside a value stays reachable until the next use.
 */
final class CborStreams {
    private static final int USED_BYTES = 64 << 10;
    private static final byte[] NOTHING = {};
    private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

    private final Slots<Output> outputs;
    private final Slots<Input> inputs;

    /** The mapper must not look for trailing tokens, which would end a parser; {@link #read} refuses them. */
    CborStreams(ObjectMapper mapper) {
        outputs = new Slots<>(() -> new Output(mapper));
        inputs = new Slots<>(() -> new Input(mapper));
    }

    byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
        Output output = outputs.take();
        byte[] bytes = output.write(writer, value);
        outputs.giveBack(output);
        return bytes;
    }

    @Nullable
    Object read(ObjectReader reader, byte[] bytes) throws IOException {
        Input input = inputs.take();
        Object value = input.read(reader, bytes);
        inputs.giveBack(input);
        return value;
    }

    /** What one thread at a time uses for value after value, until it has seen enough or is not as it was made. */
    private abstract static class Stream {
        private long used;

        final boolean isFresh() {
            return used < USED_BYTES;
        }

        /** A value of so many bytes went through. */
        final void use(long bytes) throws IOException {
            used += bytes;
            if (!isFresh() || !isAsMade()) {
                close();
                used = USED_BYTES;
            }
        }

        abstract boolean isAsMade();

        abstract void close() throws IOException;
    }

    /** A generator and what it wrote. */
    private static final class Output extends Stream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final JsonGenerator generator;
        private final int features;
        private final int formatFeatures;

        Output(ObjectMapper mapper) throws IOException {
            generator = mapper.createGenerator(bytes);
            features = generator.getFeatureMask();
            formatFeatures = generator.getFormatFeatures();
        }

        byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
            writer.writeValue(generator, value);
            generator.assignCurrentValue(null);
            use(bytes.size());
            byte[] written = bytes.toByteArray();
            bytes.reset();
            return written;
        }

        /** Ends what a serializer left open. */
        @Override
        void close() throws IOException {
            generator.close();
        }

        @Override
        boolean isAsMade() {
            return !generator.isClosed()
                    && generator.getOutputContext().inRoot()
                    && generator.getFeatureMask() == features
                    && generator.getFormatFeatures() == formatFeatures;
        }
    }

    /** A parser and what it reads from. */
    private static final class Input extends Stream {
        private final Feed feed = new Feed();
        private final JsonParser parser;
        private final int features;
        private final int formatFeatures;

        Input(ObjectMapper mapper) throws IOException {
            parser = mapper.createParser(feed);
            features = parser.getFeatureMask();
            formatFeatures = parser.getFormatFeatures();
        }

        @Nullable
        Object read(ObjectReader reader, byte[] bytes) throws IOException {
            feed.bytes = bytes;
            feed.position = 0;
            Object value = reader.readValue(parser);
            // A value that its deserializer did not look at is skipped.
            parser.finishToken();
            if (!parser.getParsingContext().inRoot()
                    || feed.position < bytes.length
                    || parser.releaseBuffered(NOWHERE) > 0) {
                throw MismatchedInputException.from(parser, Object.class, "Bytes were left unread");
            }
            parser.assignCurrentValue(null);
            feed.bytes = NOTHING;
            use(bytes.length);
            return value;
        }

        /** Leaves the names it read to the next parser, within Jackson's bound. */
        @Override
        void close() throws IOException {
            parser.close();
        }

        /** Without a source it has met the end of its input, even where it is not closed. */
        @Override
        boolean isAsMade() {
            return !parser.isClosed()
                    && parser.getInputSource() != null
                    && parser.getFeatureMask() == features
                    && parser.getFormatFeatures() == formatFeatures;
        }
    }

    /** The bytes of one value after the other. */
    private static final class Feed extends InputStream {
        private byte[] bytes = NOTHING;
        private int position;

        @Override
        public int read() {
            return position < bytes.length ? bytes[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            int count = Math.min(length, bytes.length - position);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(bytes, position, to, offset, count);
            position += count;
            return count;
        }
    }

    /** A pool of streams that are lent for a moment, chosen by thread so that threads seldom meet. */
    private static final class Slots<T extends Stream> {
        /** References in a cache line. */
        private static final int STRIDE = 16;

        interface Maker<T> {
            T make() throws IOException;
        }

        private final Maker<T> maker;
        private final int mask;
        private final AtomicReferenceArray<@Nullable T> slots;

        Slots(Maker<T> maker) {
            this.maker = maker;
            int count = Integer.highestOneBit(8 * Runtime.getRuntime().availableProcessors());
            mask = count - 1;
            slots = new AtomicReferenceArray<>(count * STRIDE);
        }

        T take() throws IOException {
            T kept = slots.getAndSet(slot(), null);
            return kept != null ? kept : maker.make();
        }

        void giveBack(T stream) {
            if (stream.isFresh()) {
                slots.setRelease(slot(), stream);
            }
        }

        private int slot() {
            return ((int) Thread.currentThread().getId() & mask) * STRIDE;
        }
    }
}
