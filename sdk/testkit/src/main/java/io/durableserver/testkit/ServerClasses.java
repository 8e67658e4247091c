package io.durableserver.testkit;

import io.durableserver.ServerType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** The server types that a server class declares. */
final class ServerClasses {
    private ServerClasses() {}

    static List<ServerType<?>> types(Class<?> server) {
        List<ServerType<?>> types = new ArrayList<>();
        for (Field field : server.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && ServerType.class.isAssignableFrom(field.getType())) {
                types.add(read(field));
            }
        }
        if (types.isEmpty()) {
            throw new IllegalArgumentException(
                    server.getName() + " has no static field of type " + ServerType.class.getName());
        }
        return types;
    }

    private static ServerType<?> read(Field field) {
        try {
            field.setAccessible(true);
            return (ServerType<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("Cannot read " + field, e);
        }
    }
}
