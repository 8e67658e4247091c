package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import io.durableserver.runtime.shape.LanguageRules;
import java.lang.reflect.Constructor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The languages that the class path brings, each with a module of its own. */
final class Languages {
    /** The languages whose library is on the class path, by their names. */
    private static final Map<String, CodecLanguage> PRESENT = load();

    /** What they know of their classes. */
    static final LanguageRules RULES = new LanguageRules() {
        @Override
        public Set<String> names() {
            return PRESENT.keySet();
        }

        @Override
        public Optional<String> refusal(Constructor<?> constructor, int parameter) {
            return PRESENT.values().stream()
                    .flatMap(language -> language.refusal(constructor, parameter).stream())
                    .findFirst();
        }
    };

    private Languages() {}

    private static Map<String, CodecLanguage> load() {
        Map<String, CodecLanguage> present = new LinkedHashMap<>();
        for (CodecLanguage language : ServiceLoader.load(CodecLanguage.class, CodecLanguage.class.getClassLoader())) {
            if (language.module().isPresent()) {
                present.put(language.name(), language);
            }
        }
        return present;
    }

    /** Each with the number of its form. */
    static List<String> revisions() {
        return PRESENT.values().stream()
                .map(language -> language.name() + "-" + language.revision())
                .toList();
    }

    /** A new module of each. */
    static Iterable<Module> modules() {
        return PRESENT.values().stream()
                .flatMap(language -> language.module().stream())
                .toList();
    }

    /** Whether a value may lack what a property is read by. */
    static boolean mayBeMissing(@Nullable AnnotatedMember member) {
        return member instanceof AnnotatedParameter parameter
                && parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor
                && PRESENT.values().stream()
                        .anyMatch(language -> language.mayBeMissing(constructor, parameter.getIndex()));
    }
}
