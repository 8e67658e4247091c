package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import io.durableserver.runtime.shape.LostFields;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves out getters of derived values ({@code getTotal()} over a list, a computed property of Kotlin): nothing takes them
 * back. A class with a field that no other property carries keeps all of them, because one may be the only way to it.
 */
final class DerivedGetters extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public List<BeanPropertyWriter> changeProperties(
            SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> properties) {
        Set<String> derived = new HashSet<>();
        Set<String> carried = new HashSet<>();
        for (BeanPropertyDefinition property : bean.findProperties()) {
            if (!property.couldDeserialize() && !property.isExplicitlyIncluded()) {
                derived.add(property.getName());
            } else {
                carried.add(property.getInternalName());
                carried.add(property.getName());
            }
        }
        if (!derived.isEmpty() && LostFields.first(bean.getBeanClass(), carried) == null) {
            properties.removeIf(property -> derived.contains(property.getName()));
        }
        return properties;
    }
}
