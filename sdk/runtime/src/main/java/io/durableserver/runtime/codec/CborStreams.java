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

    private final ObjectMapper mapper;
    private final Slots<Output> outputs = new Slots<>();
    private final Slots<Input> inputs = new Slots<>();

    /** The mapper must not look for trailing tokens, which would end a parser; {@link #read} refuses them. */
    CborStreams(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
        Output kept = outputs.take();
        Output output = kept != null ? kept : new Output(mapper);
        byte[] bytes = output.write(writer, value);
        if (output.isFresh()) {
            outputs.giveBack(output);
        }
        return bytes;
    }

    @Nullable
    Object read(ObjectReader reader, byte[] bytes) throws IOException {
        Input kept = inputs.take();
        Input input = kept != null ? kept : new Input(mapper);
        Object value = input.read(reader, bytes);
        if (input.isFresh()) {
            inputs.giveBack(input);
        }
        return value;
    }

    /** A generator and what it wrote. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final JsonGenerator generator;
        private final int features;
        private final int formatFeatures;
        private long used;

        Output(ObjectMapper mapper) throws IOException {
            generator = mapper.createGenerator(bytes);
            features = generator.getFeatureMask();
            formatFeatures = generator.getFormatFeatures();
        }

        byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
            writer.writeValue(generator, value);
            generator.assignCurrentValue(null);
            used += bytes.size();
            if (!isFresh() || !isAsMade()) {
                // Closing ends what a serializer left open.
                generator.close();
                used = USED_BYTES;
            }
            byte[] written = bytes.toByteArray();
            bytes.reset();
            return written;
        }

        boolean isFresh() {
            return used < USED_BYTES;
        }

        private boolean isAsMade() {
            return !generator.isClosed()
                    && generator.getOutputContext().inRoot()
                    && generator.getFeatureMask() == features
                    && generator.getFormatFeatures() == formatFeatures;
        }
    }

    /** A parser and what it reads from. */
    private static final class Input {
        private final Feed feed = new Feed();
        private final JsonParser parser;
        private final int features;
        private final int formatFeatures;
        private long used;

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
            used += bytes.length;
            if (!isFresh() || !isAsMade()) {
                // Leaves the names it read to the next parser, within Jackson's bound.
                parser.close();
                used = USED_BYTES;
            }
            return value;
        }

        boolean isFresh() {
            return used < USED_BYTES;
        }

        /** Without a source it has met the end of its input, even where it is not closed. */
        private boolean isAsMade() {
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

    /** Keeps some objects for those who need one for a moment, chosen by thread so that threads seldom meet. */
    private static final class Slots<T> {
        /** References in a cache line. */
        private static final int STRIDE = 16;

        private final int mask;
        private final AtomicReferenceArray<@Nullable T> slots;

        Slots() {
            int count = Integer.highestOneBit(8 * Runtime.getRuntime().availableProcessors());
            mask = count - 1;
            slots = new AtomicReferenceArray<>(count * STRIDE);
        }

        @Nullable
        T take() {
            return slots.getAndSet(slot(), null);
        }

        void giveBack(T object) {
            slots.setRelease(slot(), object);
        }

        private int slot() {
            return ((int) Thread.currentThread().getId() & mask) * STRIDE;
        }
    }
}
