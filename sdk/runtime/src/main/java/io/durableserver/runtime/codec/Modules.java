package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import io.durableserver.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The Jackson modules of a codec, in the order in which they are registered: later ones come first where two know a class. */
final class Modules {
    /** How {@link SimpleModule} calls one that was given no name, with a number that is different on every node. */
    private static final String NAMELESS = "SimpleModule-";

    private final Map<Object, Module> byId;
    private final List<String> optional;

    private Modules(Map<Object, Module> byId, List<String> optional) {
        this.byId = byId;
        this.optional = optional;
    }

    /** Jackson's own, and those of the languages on the class path. */
    static Modules standard() {
        Map<Object, Module> modules = new LinkedHashMap<>();
        for (Module module : List.of(new Jdk8Module(), new JavaTimeModule(), new ParameterNamesModule())) {
            modules.put(module.getTypeId(), module);
        }
        Module own = Mappers.own();
        modules.put(own.getTypeId(), own);
        for (Module module : Languages.modules()) {
            modules.put(module.getTypeId(), module);
        }
        return new Modules(modules, Languages.revisions());
    }

    /** These and others, which replace those of the same name; new ones come before the runtime's own. */
    Modules and(Module... more) {
        Map<Object, Module> known = new LinkedHashMap<>(byId);
        Map<Object, Module> fresh = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(optional);
        for (Module module : more) {
            String name = module.getModuleName();
            if (module.getClass() == SimpleModule.class && name.startsWith(NAMELESS)) {
                throw ConfigurationException.option(
                        "modules", "a SimpleModule without a name", "modules with names that all nodes have in common");
            }
            (known.containsKey(module.getTypeId()) ? known : fresh).put(module.getTypeId(), module);
            names.add("with " + name);
        }
        Map<Object, Module> all = new LinkedHashMap<>();
        Object own = Mappers.own().getTypeId();
        known.forEach((id, module) -> {
            if (id.equals(own)) {
                all.putAll(fresh);
            }
            all.put(id, module);
        });
        return new Modules(all, names);
    }

    List<Module> all() {
        return List.copyOf(byId.values());
    }

    /** Names those that another node may be without. */
    String revision() {
        return optional.stream().distinct().sorted().collect(Collectors.joining("+"));
    }
}
