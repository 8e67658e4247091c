package io.durableserver.examples.docs;

import io.durableserver.DurableServer;
import io.durableserver.DurableServers;
import io.durableserver.Handlers;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.admin.Admin;
import io.durableserver.admin.RecordExport;
import io.durableserver.admin.Repair;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The samples of the page on bytes. */
final class BytesSnippet extends DurableServer<BytesSnippet.Cart> {
    record CartV1(List<String> lines) {}

    record Cart(List<String> lines, String currency) {}

    @Override
    protected void handlers(Handlers<Cart> on) {}

    // readme: migration
    @Override
    protected Cart load(ServerType<Cart> type, StoredState stored) {
        if (stored.version() == 1) {
            CartV1 old = stored.as(CartV1.class);
            return new Cart(old.lines(), "EUR");
        }
        return stored.as(Cart.class);
    }
    // readme: end

    static ServerType<Cart> codec() {
        // readme: codec
        ServerType<Cart> carts = ServerType.of("cart", Cart.class, BytesSnippet::new)
                .stateCodec(CborCodec.INSTANCE)
                .alsoReads(JsonCodec.INSTANCE);
        // readme: end
        return carts;
    }

    static void repair(DurableServers servers, Path directory) throws IOException {
        // readme: repair
        Admin admin = servers.admin();
        RecordExport broken = admin.export("user_123").orElseThrow();
        Path file = Files.write(directory.resolve("user_123.json"), broken.bytes());

        // Changed by hand; the checksum need not fit.
        admin.replace("user_123", broken.version(), Files.readAllBytes(file), Repair.because("OPS-7: bad disk of n2"));
        // readme: end
    }
}
