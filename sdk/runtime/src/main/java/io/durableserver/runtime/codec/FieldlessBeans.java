package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.ToEmptyObjectSerializer;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Lets messages without fields (a class {@code Ping}, a Kotlin object) encode as an empty object, and still refuses
 * classes whose fields Jackson cannot see: those would lose their content without a word.
 */
final class FieldlessBeans extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonSerializer<?> modifySerializer(
            SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
        return serializer instanceof UnknownSerializer && isFieldless(bean.getBeanClass())
                ? new ToEmptyObjectSerializer(bean.getType())
                : serializer;
    }

    private static boolean isFieldless(Class<?> beanClass) {
        for (@Nullable Class<?> type = beanClass; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    return false;
                }
            }
        }
        return beanClass != Object.class && !beanClass.isInterface();
    }
}
