package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.ignite.configuration.IgniteConfiguration;

/** Whether a node can use the small files beside its records: better found before it joins than by all that wait for it then. */
final class FilesCheck {
    private FilesCheck() {}

    /** Throws {@link ConfigurationException} where it cannot, or has no name. What is not known yet is not looked at. */
    static void check(IgniteConfiguration node, String cacheName) {
        if (Boolean.TRUE.equals(node.isClientMode())) {
            return;
        }
        Serializable id = node.getConsistentId();
        if (id == null) {
            throw unnamed();
        }
        if (node.getWorkDirectory() == null) {
            return;
        }
        check(MarkTask.file(node, id, cacheName), MarkTask::remembered);
        check(SizeTask.file(node, id, cacheName), SizeTask::remembered);
    }

    /** Ignite would make a name up when the node has joined; until then it could not be asked what this node remembers. */
    private static ConfigurationException unnamed() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("option", "consistentId");
        context.put("value", "none");
        context.put("bound", "a name of its own for each node, the same after each restart");
        return new ConfigurationException(
                Reason.INVALID_OPTION,
                "A node that keeps records needs a name before it joins, by which the others know what it has: add"
                        + " setConsistentId(\"node-1\") to its IgniteConfiguration. A node that was started without one has its records in"
                        + " a directory of another name (db/node00-...), where it does not find them by the new one",
                context);
    }

    private static void check(Path file, Function<Path, Optional<?>> reader) {
        try {
            var unused = reader.apply(file);
        } catch (FileFailure failure) {
            Map<String, Object> context = new LinkedHashMap<>();
            context.put("option", "workDirectory");
            context.put("value", file);
            context.put("bound", "without files that cannot be used");
            throw new ConfigurationException(
                    Reason.INVALID_OPTION, String.valueOf(failure.getMessage()), context, failure);
        }
    }
}
