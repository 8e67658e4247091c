package io.durableserver.runtime.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A parameterized type after its variables were bound. Equal to the JDK's own type of the same shape, both ways. */
final class BoundType implements ParameterizedType {
    private final Type raw;
    private final Type[] arguments;
    private final @Nullable Type owner;

    BoundType(Type raw, Type[] arguments, @Nullable Type owner) {
        this.raw = raw;
        this.arguments = arguments;
        this.owner = owner;
    }

    @Override
    public Type[] getActualTypeArguments() {
        return arguments.clone();
    }

    @Override
    public Type getRawType() {
        return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
        return owner;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ParameterizedType that
                && raw.equals(that.getRawType())
                && Objects.equals(owner, that.getOwnerType())
                && Arrays.equals(arguments, that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(arguments) ^ Objects.hashCode(owner) ^ raw.hashCode();
    }

    @Override
    public String toString() {
        StringJoiner joined = new StringJoiner(", ", raw.getTypeName() + "<", ">");
        for (Type argument : arguments) {
            joined.add(argument.getTypeName());
        }
        return joined.toString();
    }
}
