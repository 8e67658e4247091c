package io.durableserver.s3test;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A request without its conditions. The signature is checked on the request as it was sent. */
final class Unconditional extends HttpServletRequestWrapper {
    private static final Set<String> HIDDEN = names();

    Unconditional(HttpServletRequest request) {
        super(request);
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.add("If-Match");
        names.add("If-None-Match");
        return names;
    }

    @Override
    public @Nullable String getHeader(String name) {
        return HIDDEN.contains(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return HIDDEN.contains(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }
}
