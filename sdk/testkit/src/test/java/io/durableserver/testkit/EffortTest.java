package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one switch for how much drawn cases are tried. */
class EffortTest {
    @Test
    void countsGrowWithTheEffort() {
        assertThat(Effort.count(7, "1")).isEqualTo(7);
        assertThat(Effort.count(7, "10")).isEqualTo(70);
        assertThat(Effort.count(7, "100")).isEqualTo(700);
        assertThat(Effort.count(0, "100")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "2", "1000", "-1", "much", "1.0", " 1"})
    void anEffortThatIsNoneOfTheThreeIsRefusedByName(String effort) {
        assertThatThrownBy(() -> Effort.count(7, effort))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(Effort.PROPERTY);
    }

    @Test
    void countsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Effort.count(-1, "1")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> Effort.count(Integer.MAX_VALUE, "10")).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void whatIsToldSaysHowToTryMore() {
        assertThat(Effort.told(5, "seeds")).startsWith("5 seeds at effort ").contains("-D" + Effort.PROPERTY);
    }
}
