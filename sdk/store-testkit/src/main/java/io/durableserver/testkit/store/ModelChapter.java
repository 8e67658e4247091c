package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.Effort;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random sequences against a model of a versioned record, on two handles in turn. */
interface ModelChapter extends BackendFixture {
    @Test
    default void randomSequencesAgreeWithTheModel() {
        List<Backend> handles = List.of(backend(), another());
        for (int seed = 0; seed < Effort.count(seeds()); seed++) {
            new ModelSequence(this, handles, seed).run();
        }
    }
}
