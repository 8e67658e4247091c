package io.durableserver.backend.mirror.base;

import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.PageRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The properties that a page of a listing must have, whichever store it comes from. */
public final class Pages {
    private Pages() {}

    /** What shows that the page is not one of this listing. */
    static @Nullable Throwable defect(Page page, PageRequest request) {
        if (page.next().filter(request.cursor()::equals).isPresent()) {
            return new IllegalStateException("A page of the listing leads back to itself");
        }
        return page.entries().stream().allMatch(entry -> entry.key().startsWith(request.prefix()))
                ? null
                : new IllegalStateException("A page of the listing has keys of another prefix");
    }

    /** The page with each key once, and its first version. */
    static Page once(Page page) {
        Map<String, Listed> entries = new LinkedHashMap<>();
        page.entries().forEach(entry -> entries.putIfAbsent(entry.key(), entry));
        return entries.size() == page.entries().size() ? page : new Page(List.copyOf(entries.values()), page.next());
    }
}
