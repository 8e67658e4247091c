package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.AsPropertyTypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Gives every class of a sealed hierarchy a tag in its bytes, {@code {"@type":"Circle","radius":1}}, so that sealed types
 * need no annotation. A leaf carries it wherever it is declared, so that its bytes do not depend on the declaration, and is
 * read without it where nothing else can stand. Comes after Jackson's own introspector: a hierarchy with a
 * {@code @JsonTypeInfo} keeps it.
 */
public final class SealedTags extends NopAnnotationIntrospector {
    /** The name of the property with the tag. */
    public static final String PROPERTY = "@type";

    private static final long serialVersionUID = 1L;

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public @Nullable TypeResolverBuilder<?> findTypeResolver(
            MapperConfig<?> config, AnnotatedClass type, JavaType baseType) {
        Class<?> raw = type.getRawType();
        SealedFamily family = SealedFamily.of(raw);
        if (!family.isTagged()) {
            return null;
        }
        if (family.problem() != null) {
            throw new UnreadableException(family.problem());
        }
        return new Tags(new Ids(baseType, family));
    }

    private static boolean isLeaf(JavaType type) {
        return type.isConcrete() || type.isEnumType();
    }

    private static final class Tags extends StdTypeResolverBuilder {
        private final transient Ids ids;

        Tags(Ids ids) {
            init(JsonTypeInfo.Id.CUSTOM, ids)
                    .inclusion(JsonTypeInfo.As.PROPERTY)
                    .typeProperty(PROPERTY);
            this.ids = ids;
        }

        @Override
        public TypeDeserializer buildTypeDeserializer(
                DeserializationConfig config, JavaType baseType, Collection<NamedType> subtypes) {
            return new Reader(baseType, ids, isLeaf(baseType) ? baseType : null);
        }
    }

    /** Reads a tag in an object, or before what is no object: an array of both. */
    private static final class Reader extends AsPropertyTypeDeserializer {
        private static final long serialVersionUID = 1L;

        Reader(JavaType declared, TypeIdResolver ids, @Nullable JavaType untagged) {
            super(declared, ids, PROPERTY, false, untagged, JsonTypeInfo.As.PROPERTY, true);
        }

        private Reader(Reader reader, BeanProperty property) {
            super(reader, property);
        }

        @Override
        public TypeDeserializer forProperty(BeanProperty property) {
            return new Reader(this, property);
        }

        @Override
        public Object deserializeTypedFromObject(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.isExpectedStartArrayToken()
                    ? deserializeTypedFromArray(parser, context)
                    : super.deserializeTypedFromObject(parser, context);
        }
    }

    /** Looks tags up in the table of the declared type. */
    private static final class Ids extends TypeIdResolverBase {
        private final JavaType declared;
        private final SealedFamily family;

        Ids(JavaType declared, SealedFamily family) {
            super(declared, null);
            this.declared = declared;
            this.family = family;
        }

        @Override
        public String idFromValue(Object value) {
            return idFromValueAndType(value, value.getClass());
        }

        @Override
        public String idFromValueAndType(@Nullable Object value, Class<?> type) {
            // Constants with bodies have classes of their own.
            Class<?> leaf = value instanceof Enum<?> constant ? constant.getDeclaringClass() : type;
            String tag = family.tag(leaf);
            if (tag == null) {
                throw new UnreadableException(leaf.getName() + " is no leaf of " + declared.toCanonical());
            }
            return tag;
        }

        @Override
        public JavaType typeFromId(DatabindContext context, String tag) throws IOException {
            Class<?> leaf = family.leaf(tag);
            if (leaf == null) {
                throw new UnreadableException("a tag names no leaf of " + declared.toCanonical());
            }
            return context.constructSpecializedType(declared, leaf);
        }

        @Override
        public JsonTypeInfo.Id getMechanism() {
            return JsonTypeInfo.Id.CUSTOM;
        }
    }
}
