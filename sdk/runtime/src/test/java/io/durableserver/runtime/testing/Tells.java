package io.durableserver.runtime.testing;

import static org.awaitility.Awaitility.await;

import io.durableserver.spi.RuntimeEvent;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Names kinds of facts that a test makes happen: it fails unless a {@link Told} among the fields of its class hears each. */
@ExtendWith(Tells.Check.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tells {
    Class<? extends RuntimeEvent>[] value();

    /** Looks after the test. */
    final class Check implements AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) throws IllegalAccessException {
            if (context.getExecutionException().isPresent()) {
                return; // that it failed is what matters
            }
            Set<Class<? extends RuntimeEvent>> kinds = Set.of(
                    context.getRequiredTestMethod().getAnnotation(Tells.class).value());
            Told told = told(context.getRequiredTestInstance());
            await().until(() -> told.kinds().containsAll(kinds));
        }

        private static Told told(Object test) throws IllegalAccessException {
            for (Field field : test.getClass().getDeclaredFields()) {
                if (field.getType() == Told.class) {
                    field.setAccessible(true);
                    return (Told) field.get(test);
                }
            }
            throw new IllegalStateException(test.getClass() + " has no field of " + Told.class);
        }
    }
}
