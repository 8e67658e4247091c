package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.shape.PresentValue;
import io.durableserver.runtime.shape.SealedTags;

/** The settings both codecs share. */
final class Mappers {
    /**
     * What can be written must be readable again: sizes are bounded by the state and message limits, not here. No bounds
     * on documents or tokens: CBOR counts those of many values as one.
     */
    private static final StreamReadConstraints READ_CONSTRAINTS = StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxNumberLength(BigNumbers.READ_DIGITS)
            .build();

    /** Readers take Jackson's 1,000 levels, where the stack of their thread does: a value takes more of it than its text. */
    private static final StreamWriteConstraints WRITE_CONSTRAINTS =
            StreamWriteConstraints.builder().maxNestingDepth(300).build();

    private Mappers() {}

    /**
     * Buffers of each thread, as is cheapest, where threads live long; a pool for all where turns run on virtual threads,
     * which would make buffers for a turn each.
     */
    static RecyclerPool<BufferRecycler> bufferPool() {
        return JdkScheduler.turnsAreVirtual()
                ? JsonRecyclerPools.newConcurrentDequePool()
                : JsonRecyclerPools.threadLocalPool();
    }

    /** A factory with the settings both formats share. */
    static <F extends JsonFactory, B extends TSFBuilder<F, B>> F factory(
            TSFBuilder<F, B> builder, RecyclerPool<BufferRecycler> buffers) {
        // Names of map keys are data: many and unforeseen.
        return builder.disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .streamReadConstraints(READ_CONSTRAINTS)
                .streamWriteConstraints(WRITE_CONSTRAINTS)
                .recyclerPool(buffers)
                .build();
    }

    static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M configure(
            MapperBuilder<M, B> builder, Modules modules) {
        return builder.addModules(modules.all())
                .polymorphicTypeValidator(new NoClassNames())
                .accessorNaming(new ComponentsOnly())
                // Tolerant readers: a node of an older release reads what a newer one wrote.
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // The codecs refuse what follows a value: Jackson would look for it after values inside a value too.
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                // Nothing is not a zero.
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // An enum that has grown, where the reader's own names a constant for what it does not know.
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
                // A fraction that silently becomes an integer is a lost update.
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                // ISO strings, with offset and zone as they were written.
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .build();
    }

    /** What the runtime needs, whatever modules there are. */
    static Module own() {
        return new OwnModule();
    }

    /** What is ours in both mappers. */
    private static final class OwnModule extends SimpleModule {
        private static final long serialVersionUID = 1L;

        OwnModule() {
            super("durableserver");
            addSerializer(RootValue.class, new RootValue.Serializer());
            BigNumbers.addTo(this);
        }

        @Override
        public void setupModule(SetupContext context) {
            super.setupModule(context);
            context.addBeanSerializerModifier(new DerivedGetters());
            context.addBeanSerializerModifier(new FieldlessBeans());
            context.addBeanSerializerModifier(new PresentValue.Modifier());
            context.appendAnnotationIntrospector(new SealedTags());
        }
    }

    /** P9: refuses every type whose annotations ask for class names in the data; names declared as sub types work. */
    private static final class NoClassNames extends PolymorphicTypeValidator {
        private static final long serialVersionUID = 1L;

        @Override
        public Validity validateBaseType(MapperConfig<?> config, JavaType baseType) {
            return Validity.DENIED;
        }

        @Override
        public Validity validateSubClassName(MapperConfig<?> config, JavaType baseType, String subClassName) {
            return Validity.DENIED;
        }

        @Override
        public Validity validateSubType(MapperConfig<?> config, JavaType baseType, JavaType subType) {
            return Validity.DENIED;
        }
    }
}
