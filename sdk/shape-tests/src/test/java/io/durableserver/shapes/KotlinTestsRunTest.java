package io.durableserver.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without its sources the Kotlin compiler compiles nothing, no test runs and the build stays green. */
class KotlinTestsRunTest {
    @Test
    void kotlinTestsAreCompiledToWhereTheyAreFoundAndRun() throws ClassNotFoundException {
        // By name, which ends as surefire wants it: javac alone does not know these classes.
        for (String name : List.of("KotlinShapesTest", "KotlinClusterTest")) {
            Class<?> kotlin = Class.forName("io.durableserver.shapes." + name);
            assertThat(Arrays.stream(kotlin.getDeclaredMethods())
                            .filter(method -> method.isAnnotationPresent(Test.class)))
                    .as(name)
                    .hasSizeGreaterThan(1);
        }
    }
}
