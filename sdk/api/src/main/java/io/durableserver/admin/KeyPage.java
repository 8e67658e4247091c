package io.durableserver.admin;

import java.util.List;
import java.util.Optional;

/**
 * One page of a listing. A key whose record is there during the whole listing is on exactly one page.
 *
 * @param keys in no promised order; may be fewer than were asked for, also none, on any page
 * @param next where the next page starts, for {@link ListOptions#after}; empty after the last
 */
public record KeyPage(List<String> keys, Optional<String> next) {
    public KeyPage {
        keys = List.copyOf(keys);
    }
}
