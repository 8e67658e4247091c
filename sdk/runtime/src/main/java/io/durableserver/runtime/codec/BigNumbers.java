package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.NumberSerializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import io.durableserver.runtime.shape.UnreadableException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Refuses numbers that readers would not take: they bound the digits, because the time to read a number grows with the
 * square of its length, and the exponent must fit their arithmetic.
 */
final class BigNumbers extends NumberSerializer {
    /** What readers accept at least: digits in JSON, bytes in CBOR. */
    static final int READ_DIGITS = 100_000;

    /** Less than that many digits, point, sign and exponent included. */
    private static final long WRITE_BITS = 330_000;

    private static final int MAX_SCALE = 1_000_000_000;
    private static final long serialVersionUID = 1L;

    private BigNumbers(Class<? extends Number> type) {
        super(type);
    }

    static void addTo(SimpleModule module) {
        module.addSerializer(BigInteger.class, new BigNumbers(BigInteger.class));
        module.addSerializer(BigDecimal.class, new BigNumbers(BigDecimal.class));
    }

    @Override
    public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty property)
            throws JsonMappingException {
        JsonSerializer<?> chosen = super.createContextual(provider, property);
        return chosen == this ? this : new AsText(handledType(), chosen);
    }

    @Override
    public void serialize(Number value, JsonGenerator generator, SerializerProvider provider) throws IOException {
        check(value);
        super.serialize(value, generator, provider);
    }

    private static void check(Number value) {
        BigInteger digits = value instanceof BigDecimal decimal ? decimal.unscaledValue() : (BigInteger) value;
        if (digits.bitLength() > WRITE_BITS) {
            throw new UnreadableException("a number has more than " + WRITE_BITS + " bits");
        }
        if (value instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) > MAX_SCALE) {
            throw new UnreadableException("a number has a scale beyond " + MAX_SCALE);
        }
    }

    /** The same bounds where a class asks for the number as text. */
    private static final class AsText extends StdScalarSerializer<Number> {
        private static final long serialVersionUID = 1L;
        private final transient JsonSerializer<Object> text;

        @SuppressWarnings("unchecked") // serializers take what they were made for
        AsText(Class<Number> type, JsonSerializer<?> text) {
            super(type);
            this.text = (JsonSerializer<Object>) text;
        }

        @Override
        public void serialize(Number value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            check(value);
            text.serialize(value, generator, provider);
        }
    }
}
