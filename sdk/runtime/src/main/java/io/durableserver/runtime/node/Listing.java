package io.durableserver.runtime.node;

import io.durableserver.admin.KeyPage;
import io.durableserver.admin.ListOptions;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Lists the keys of the stored servers; records of the runtime's own are left out. */
record Listing(Backend backend, StoreKeys keys, Duration timeout) {
    static void check(ListOptions options) {
        if (!options.keyPrefix().isEmpty()) {
            StoreKeys.check(options.keyPrefix());
        }
    }

    private PageRequest request(ListOptions options) {
        PageRequest first = PageRequest.keys(keys.server(options.keyPrefix()), options.limit());
        return options.after().map(first::from).orElse(first);
    }

    CompletionStage<KeyPage> page(ListOptions options) {
        return backend.list(request(options), timeout)
                .thenApply(page -> new KeyPage(
                        page.entries().stream()
                                .map(listed ->
                                        listed.key().substring(keys.prefix().length()))
                                .filter(key -> !key.startsWith(StoreKeys.RESERVED))
                                .toList(),
                        page.next()));
    }
}
