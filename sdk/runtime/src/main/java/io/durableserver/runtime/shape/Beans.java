package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.ErrorThrowingDeserializer;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.fasterxml.jackson.databind.ser.std.ToEmptyObjectSerializer;
import java.lang.reflect.Modifier;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Classes with properties: all that is written is read, all that is read is written, and no field is neither. */
final class Beans {
    private Beans() {}

    static void check(Introspection jackson, JavaType type, String path, ShapeCheck shapes) {
        Class<?> raw = type.getRawClass();
        if (Platform.owns(raw)) {
            throw new Refused(
                    path, raw.getName() + " of the JDK is no value that comes back: keep what it is made from");
        }
        refuseEnclosed(raw, path);
        JsonSerializer<?> writer = jackson.serializer(type, path);
        JsonDeserializer<?> reader = jackson.deserializer(type, path);
        if (reader instanceof ErrorThrowingDeserializer) {
            throw new Refused(path, raw.getName() + " cannot be read: a class that it needs is not on the class path");
        }
        boolean ownWriter = !(writer instanceof BeanSerializerBase)
                && !(writer instanceof PresentValue)
                && !(writer instanceof ToEmptyObjectSerializer)
                && !(writer instanceof UnknownSerializer);
        boolean ownReader = !(reader instanceof BeanDeserializerBase) && !(reader instanceof AbstractDeserializer);
        boolean empty = !writer.properties().hasNext();
        if (ownReader && (ownWriter || empty || Kotlin.isConstantObject(raw))) {
            return; // both directions are the application's or a module's
        }
        if (reader instanceof AbstractDeserializer) {
            throw new Refused(
                    path,
                    raw.getName() + " is " + (raw.isInterface() ? "an interface" : "abstract")
                            + ": which class a value has would not be written. Seal it, and make its sub types records");
        }
        if (ownWriter || ownReader || !(reader instanceof BeanDeserializerBase bean)) {
            throw new Refused(
                    path,
                    raw.getName() + " has a form of its own in one direction only: it needs a serializer"
                            + " and a deserializer, or a @JsonValue and a @JsonCreator");
        }
        Forms.refuse(jackson, type, path);
        if (writer instanceof PresentValue) {
            AnnotatedMember value = jackson.written(type).findJsonValueAccessor();
            if (Scalars.isOptional(value.getType())) {
                throw new Refused(path, "its @JsonValue is optional: an empty one would come back as null");
            }
            refuseUnlessMadeFrom(bean.getValueInstantiator(), value, raw, path);
            shapes.visit(value.getType(), path);
        } else {
            checkProperties(jackson, type, path, writer, bean, shapes);
        }
    }

    private static void checkProperties(
            Introspection jackson,
            JavaType type,
            String path,
            JsonSerializer<?> writer,
            BeanDeserializerBase reader,
            ShapeCheck shapes) {
        Class<?> raw = type.getRawClass();
        ValueInstantiator maker = reader.getValueInstantiator();
        if (!maker.canCreateUsingDefault() && !maker.canCreateFromObjectWith()) {
            throw new Refused(
                    path,
                    raw.getName() + " has no constructor that Jackson can use: make it a record, or mark one"
                            + " with @JsonCreator");
        }
        if (maker.canCreateUsingDelegate() || maker.canCreateUsingArrayDelegate()) {
            throw new Refused(
                    path,
                    "its @JsonCreator takes one value, but its properties are written: give it a @JsonValue, or"
                            + " take the properties");
        }
        Map<String, BeanPropertyWriter> written = writersOf(writer, path);
        TypeDeserializer tags = jackson.tags(type, path);
        if (tags != null && written.containsKey(tags.getPropertyName())) {
            throw new Refused(path, "the property " + tags.getPropertyName() + " has the name of the tag");
        }
        Map<String, SettableBeanProperty> read = new LinkedHashMap<>();
        reader.properties().forEachRemaining(property -> read.put(property.getName(), property));
        for (Iterator<SettableBeanProperty> i = reader.creatorProperties(); i.hasNext(); ) {
            SettableBeanProperty property = i.next();
            read.put(property.getName(), property);
            if (!written.containsKey(property.getName())) {
                throw new Refused(
                        path + "." + property.getName(),
                        "the constructor of " + raw.getName()
                                + " takes it, but it is not written: it is private or ignored");
            }
        }
        LostFields.refuse(jackson, type, written.keySet(), read.keySet(), path);
        Inclusions inclusions = new Inclusions(jackson, raw, maker);
        written.forEach((name, property) -> {
            String place = path + "." + name;
            SettableBeanProperty counterpart = read.get(name);
            if (counterpart == null) {
                throw new Refused(place, "it is written, but nothing takes it back");
            }
            inclusions.refuseLossy(property, counterpart, place);
            Members.refuse(jackson, property, counterpart, place);
            shapes.askLanguages(counterpart, place);
            if (Members.areFollowed(property, counterpart, place)) {
                shapes.visit(property.getType(), place);
                shapes.visit(counterpart.getType(), place);
            }
        });
    }

    private static Map<String, BeanPropertyWriter> writersOf(JsonSerializer<?> writer, String path) {
        Map<String, BeanPropertyWriter> written = new LinkedHashMap<>();
        for (Iterator<PropertyWriter> i = writer.properties(); i.hasNext(); ) {
            PropertyWriter property = i.next();
            if (!(property instanceof BeanPropertyWriter bean) || bean.isUnwrapping()) {
                throw new Refused(
                        path + "." + property.getName(),
                        "properties that are spread into their owner are not"
                                + " supported: keep them in one of their own");
            }
            written.put(property.getName(), bean);
        }
        return written;
    }

    private static void refuseEnclosed(Class<?> raw, String path) {
        boolean inner = raw.isMemberClass() && !Modifier.isStatic(raw.getModifiers());
        if (inner
                || raw.isAnonymousClass()
                || (raw.isLocalClass() && !Modifier.isStatic(raw.getModifiers()) && !raw.isRecord())
                || raw.isHidden()
                || raw.isSynthetic()) {
            throw new Refused(
                    path,
                    raw.getName() + " belongs to an instance or a method around it: make it a static class"
                            + " or a record");
        }
    }

    private static void refuseUnlessMadeFrom(
            ValueInstantiator maker, @Nullable AnnotatedMember value, Class<?> raw, String path) {
        Class<?> from = value == null ? Object.class : value.getRawType();
        boolean text = from == String.class && maker.canCreateFromString();
        boolean small = from == int.class || from == Integer.class;
        boolean whole = (small && maker.canCreateFromInt())
                || ((small || from == long.class || from == Long.class) && maker.canCreateFromLong());
        boolean fraction = (from == double.class || from == Double.class) && maker.canCreateFromDouble();
        boolean truth = (from == boolean.class || from == Boolean.class) && maker.canCreateFromBoolean();
        boolean delegate = maker.canCreateUsingDelegate() || maker.canCreateUsingArrayDelegate();
        if (!text && !whole && !fraction && !truth && !delegate) {
            throw new Refused(path, raw.getName() + " has a @JsonValue, but no constructor or @JsonCreator takes one");
        }
    }
}
