package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;

/**
 * Forms that annotations give to a whole class and that cannot be read strictly: a member that is missing or not known
 * would be dropped without a word.
 */
final class Forms {
    private Forms() {}

    static void refuse(Introspection jackson, JavaType type, String path) {
        BeanDescription written = jackson.written(type);
        BeanDescription read = jackson.read(type);
        AnnotatedClass annotated = written.getClassInfo();
        AnnotationIntrospector says = jackson.annotations();
        Formats.refuseLossy(written.findExpectedFormat(), path);
        if (read.findPOJOBuilder() != null) {
            throw new Refused(
                    path,
                    "@JsonDeserialize(builder): what a builder leaves out is not seen. Make it a record, or name"
                            + " a constructor or a method with @JsonCreator");
        }
        if (written.getObjectIdInfo() != null) {
            throw new Refused(
                    path,
                    "@JsonIdentityInfo: a value is written once and referred to. Write what refers to it as a key"
                            + " of your own");
        }
        if (says.findFilterId(annotated) != null) {
            throw new Refused(path, "@JsonFilter: there are no filters. Leave out what is not data as transient");
        }
        if (says.findPropertyInclusionByName(jackson.mapper().getSerializationConfig(), annotated)
                        .getIncluded()
                != null) {
            throw new Refused(
                    path,
                    "@JsonIncludeProperties: the other properties are lost. Mark them as transient, or @JsonIgnore");
        }
        if (written.findAnyGetter() != null || read.findAnySetterAccessor() != null) {
            throw new Refused(
                    path,
                    "@JsonAnyGetter or @JsonAnySetter: which names are members and which are data could not be"
                            + " told. Declare a Map as a member");
        }
        if (read.findInjectables() != null && !read.findInjectables().isEmpty()) {
            throw new Refused(path, "@JacksonInject: there is nothing to inject. Mark the field as transient");
        }
        JsonSerialize named = annotated.getAnnotation(JsonSerialize.class);
        if (named != null && (named.as() != Void.class || named.typing() == JsonSerialize.Typing.STATIC)) {
            throw new Refused(path, "@JsonSerialize(as, typing): what the named type does not have is not written");
        }
        for (BeanPropertyDefinition property : written.findProperties()) {
            refuseReference(says, property.getPrimaryMember(), path + "." + property.getName());
        }
    }

    private static void refuseReference(AnnotationIntrospector says, AnnotatedMember member, String path) {
        if (member != null && says.findReferenceType(member) != null) {
            throw new Refused(
                    path,
                    "@JsonManagedReference or @JsonBackReference: rings are not written. Keep the children in the"
                            + " parent and make the way back a transient field");
        }
    }
}
