package io.durableserver.ignite.map;

import java.util.Objects;
import org.apache.ignite.Ignite;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;

/** Reads rows on the node that has them. */
final class RowJob implements IgniteCallable<RowBatch> {
    private static final long serialVersionUID = 1L;

    private final String cache;
    private final RowRequest request;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    RowJob(String cache, RowRequest request) {
        this.cache = cache;
        this.request = request;
    }

    /** As {@link CasProcessor#introduce}. */
    static void introduce(Ignite ignite) {
        RowRequest nothing = new RowRequest(new int[0], "", "", RowRequest.Kind.ALL, 1, 1, true);
        ignite.binary().toBinary(new RowJob("", nothing));
        ignite.binary().toBinary(new RowBatch.Builder(nothing).end(0, "", RowBatch.End.DONE));
    }

    @Override
    public RowBatch call() {
        return PartitionRows.read(Objects.requireNonNull(ignite), cache, request);
    }
}
