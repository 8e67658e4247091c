package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.CreatorProperty;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What {@code @JsonInclude} leaves out must be what its absence is read as. */
final class Inclusions {
    private static final Set<Include> WHOLE = Set.of(Include.ALWAYS, Include.USE_DEFAULTS);
    private static final Set<Include> NULLS = Set.of(Include.NON_NULL, Include.NON_ABSENT);

    private final Introspection jackson;
    private final Class<?> owner;
    private final ValueInstantiator maker;
    private @Nullable Object initial;

    Inclusions(Introspection jackson, Class<?> owner, ValueInstantiator maker) {
        this.jackson = jackson;
        this.owner = owner;
        this.maker = maker;
    }

    void refuseLossy(BeanPropertyWriter writer, SettableBeanProperty reader, String path) {
        JsonInclude.Value rule = jackson.mapper()
                .getSerializationConfig()
                .getDefaultInclusion(owner, writer.getType().getRawClass())
                .withOverrides(jackson.annotations()
                        .findPropertyInclusion(jackson.written(jackson.mapper().constructType(owner))
                                .getClassInfo()))
                .withOverrides(jackson.annotations().findPropertyInclusion(writer.getMember()));
        Include value = rule.getValueInclusion();
        if (!WHOLE.contains(rule.getContentInclusion())) {
            throw new Refused(
                    path,
                    "@JsonInclude(content = " + rule.getContentInclusion()
                            + "): an entry that is left out is lost with its key");
        }
        if (WHOLE.contains(value)) {
            return;
        }
        // A Kotlin parameter with a default is read as its default where nothing was written.
        if (!NULLS.contains(value) || Kotlin.isKotlin(owner)) {
            throw new Refused(path, "@JsonInclude(" + value + "): what is left out would come back as something else");
        }
        if (reader.isRequired()) {
            throw new Refused(path, "@JsonInclude(" + value + ") leaves out what @JsonProperty(required) demands");
        }
        boolean isSet = reader instanceof CreatorProperty || writer.getType().isPrimitive();
        if (!isSet && !isReadAs(initialValue(writer, path), value, writer.getType())) {
            throw new Refused(
                    path,
                    "@JsonInclude(" + value + "): the property has an initial value, which a null that is left out"
                            + " would come back as. Leave out the annotation or the initial value");
        }
    }

    /** What a property that is missing is read as: what the constructor makes it. */
    private @Nullable Object initialValue(BeanPropertyWriter writer, String path) {
        if (maker.canCreateFromObjectWith()) {
            throw new Refused(
                    path,
                    "@JsonInclude beside a constructor with parameters: the constructor may set what a null that is"
                            + " left out would come back as. Make it a parameter of the constructor");
        }
        try {
            if (initial == null) {
                initial = make();
            }
            return writer.get(initial);
        } catch (Exception ofApplication) {
            Throwable cause = ofApplication.getCause() == null ? ofApplication : ofApplication.getCause();
            throw new Refused(
                    path,
                    "@JsonInclude: what an absent one is read as is not known, the constructor failed with "
                            + cause.getClass().getName());
        }
    }

    private Object make() throws IOException {
        Object made = jackson.making(maker);
        if (made == null) {
            throw new JsonMappingException(null, "nothing was made");
        }
        return made;
    }

    /** Whether this initial value is what is left out. Where empty ones are, null would not do. */
    private static boolean isReadAs(@Nullable Object initial, Include rule, JavaType type) {
        return initial == null ? rule == Include.NON_NULL || !type.isReferenceType() : isEmpty(initial);
    }

    private static boolean isEmpty(Object value) {
        return (value instanceof Optional<?> optional && optional.isEmpty())
                || (value instanceof AtomicReference<?> reference && reference.get() == null);
    }
}
