package io.durableserver.runtime.codec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.deser.BeanDeserializer;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import io.durableserver.runtime.shape.UnreadableException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Learns layouts from Jackson's own deserializers, so that they are what will be read: naming, aliases, tags and creators
 * included. What has a reader of another kind is opaque.
 */
final class Layouts {
    private final ObjectMapper mapper;
    private final Map<JavaType, Layout> known = new ConcurrentHashMap<>();
    private final Map<JavaType, Layout> members = new ConcurrentHashMap<>();

    Layouts(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    Layout of(JavaType type) {
        Layout layout = known.get(type);
        if (layout == null) {
            layout = make(type);
            known.put(type, layout);
        }
        return layout;
    }

    private Layout make(JavaType type) {
        try {
            TypeDeserializer tags = config().findTypeDeserializer(type);
            return tags == null
                    ? untagged(type, context().findContextualValueDeserializer(type, null))
                    : tagged(type, tags);
        } catch (JsonMappingException | IllegalArgumentException | UnreadableException unreadable) {
            // Reading it fails with the error of the reader, which knows more.
            return Layout.Opaque.INSTANCE;
        }
    }

    private DeserializationConfig config() {
        return mapper.getDeserializationConfig();
    }

    private DeserializationContext context() {
        return ((DefaultDeserializationContext) mapper.getDeserializationContext()).createDummyInstance(config());
    }

    private Layout tagged(JavaType type, TypeDeserializer tags) throws JsonMappingException {
        JsonTypeInfo.As inclusion = tags.getTypeInclusion();
        if (inclusion != JsonTypeInfo.As.PROPERTY && inclusion != JsonTypeInfo.As.EXISTING_PROPERTY) {
            return Layout.Opaque.INSTANCE;
        }
        boolean oneClass = type.isFinal();
        Class<?> fallback = tags.getDefaultImpl();
        Supplier<Layout> untagged = fallback == null ? null : () -> subtype(type, fallback);
        return new Layout.Tagged(tags.getPropertyName(), tag -> byTag(tags, tag, untagged), untagged, oneClass);
    }

    /** A tag that is not known is read as the class that is named for it, where one is; of ours every tag is known. */
    private @Nullable Layout byTag(TypeDeserializer tags, String tag, @Nullable Supplier<Layout> otherwise) {
        try {
            JavaType type = tags.getTypeIdResolver().typeFromId(context(), tag);
            if (type != null) {
                return withoutTag(type);
            }
            return otherwise == null ? null : otherwise.get();
        } catch (IOException | IllegalArgumentException | UnreadableException unknown) {
            return null;
        }
    }

    private Layout subtype(JavaType base, Class<?> type) {
        return withoutTag(context().constructSpecializedType(base, type));
    }

    private Layout withoutTag(JavaType type) {
        try {
            return untagged(type, context().findContextualValueDeserializer(type, null));
        } catch (JsonMappingException | IllegalArgumentException | UnreadableException unreadable) {
            return Layout.Opaque.INSTANCE;
        }
    }

    private Layout untagged(JavaType type, @Nullable JsonDeserializer<?> reader) {
        if (type.isReferenceType()) {
            return new Layout.Elements(() -> of(type.getContentType()));
        }
        if (reader instanceof ContainerDeserializerBase<?> container) {
            Supplier<Layout> each = () -> content(type.getContentType(), container.getContentDeserializer());
            return type.isMapLikeType() ? new Layout.Entries(each) : new Layout.Elements(each);
        }
        if (reader instanceof StdDelegatingDeserializer<?> converting) {
            return converted(converting.getDelegatee());
        }
        if (reader == null || reader.getClass() != BeanDeserializer.class) {
            return Layout.Opaque.INSTANCE;
        }
        Layout layout = members.get(type);
        if (layout == null) {
            layout = members(type, (BeanDeserializer) reader);
            members.put(type, layout);
        }
        return layout;
    }

    /** What a converter makes a value from. */
    private Layout converted(@Nullable JsonDeserializer<?> source) {
        JavaType type = source instanceof StdDeserializer<?> known ? known.getValueType(context()) : null;
        return type == null ? Layout.Opaque.INSTANCE : untagged(type, source);
    }

    private Layout content(JavaType type, @Nullable JsonDeserializer<?> reader) {
        Layout layout = of(type);
        boolean own = reader != null && layout instanceof Layout.Members && reader.getClass() != BeanDeserializer.class;
        return own ? Layout.Opaque.INSTANCE : layout;
    }

    private Layout members(JavaType type, BeanDeserializer reader) {
        BeanDescription read = config().introspect(type);
        BeanDescription written = mapper.getSerializationConfig().introspect(type);
        if (reader.getObjectIdReader() != null || isUnwrapped(read)) {
            return Layout.Opaque.INSTANCE;
        }
        ValueInstantiator maker = reader.getValueInstantiator();
        if (maker.canCreateUsingDelegate()) {
            return of(maker.getDelegateType(config()));
        }
        if (maker.canCreateUsingArrayDelegate()) {
            return of(maker.getArrayDelegateType(config()));
        }
        Map<String, BeanPropertyDefinition> writes = new HashMap<>();
        for (BeanPropertyDefinition property : written.findProperties()) {
            if (property.couldSerialize()) {
                writes.put(property.getName(), property);
            }
        }
        Map<String, BeanPropertyDefinition> reads = new HashMap<>();
        read.findProperties().forEach(property -> reads.put(property.getName(), property));
        JsonIgnoreProperties.Value ignorals =
                config().getDefaultPropertyIgnorals(type.getRawClass(), read.getClassInfo());
        Set<String> ignored = new HashSet<>(writes.keySet());
        boolean takesAny = read.findAnySetterAccessor() != null;
        if (ignorals != null) {
            ignored.addAll(ignorals.getIgnored());
            takesAny |= ignorals.getIgnoreUnknown();
        }
        Layout.Members layout = new Layout.Members(ignored, takesAny);
        Absences absences = new Absences(mapper, type, written);
        int index = 0;
        for (Iterator<SettableBeanProperty> it = reader.properties(); it.hasNext(); ) {
            SettableBeanProperty property = it.next();
            Layout.Absence absence =
                    absences.of(property, reads.get(property.getName()), writes.get(property.getName()));
            layout.add(
                    new Layout.Member(index++, property.getName(), property.getType(), absence, () -> value(property)),
                    aliases(property));
        }
        return layout;
    }

    private boolean isUnwrapped(BeanDescription read) {
        for (BeanPropertyDefinition property : read.findProperties()) {
            if (property.getPrimaryMember() != null
                    && config().getAnnotationIntrospector().findUnwrappingNameTransformer(property.getPrimaryMember())
                            != null) {
                return true;
            }
        }
        return false;
    }

    private List<String> aliases(SettableBeanProperty property) {
        if (property.getMember() == null) {
            return List.of();
        }
        List<PropertyName> aliases = config().getAnnotationIntrospector().findPropertyAliases(property.getMember());
        return aliases == null
                ? List.of()
                : aliases.stream().map(PropertyName::getSimpleName).toList();
    }

    /** The layout of a property's value; opaque where annotations of the property change what is read. */
    private Layout value(SettableBeanProperty property) {
        if (property.getAnnotation(JsonIgnoreProperties.class) != null
                || property.getAnnotation(JsonIncludeProperties.class) != null
                || property.getAnnotation(JsonTypeInfo.class) != null) {
            return Layout.Opaque.INSTANCE;
        }
        try {
            TypeDeserializer tags = property.getValueTypeDeserializer();
            return tags == null
                    ? untagged(property.getType(), property.getValueDeserializer())
                    : tagged(property.getType(), tags);
        } catch (JsonMappingException | IllegalArgumentException | UnreadableException unreadable) {
            return Layout.Opaque.INSTANCE;
        }
    }
}
