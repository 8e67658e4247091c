package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import io.durableserver.runtime.shape.LostFields;
import java.util.ArrayList;
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
        List<BeanPropertyDefinition> carried = new ArrayList<>();
        for (BeanPropertyDefinition property : bean.findProperties()) {
            if (!property.couldDeserialize() && !property.isExplicitlyIncluded()) {
                derived.add(property.getName());
            } else {
                carried.add(property);
            }
        }
        if (!derived.isEmpty() && LostFields.first(bean.getBeanClass(), carried, Set.of()) == null) {
            properties.removeIf(property -> derived.contains(property.getName()));
        }
        return properties;
    }
}
