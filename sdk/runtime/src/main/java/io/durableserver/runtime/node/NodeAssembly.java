package io.durableserver.runtime.node;

import io.durableserver.Codec;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.call.Calls;
import io.durableserver.runtime.call.Inbound;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.lifecycle.Closing;
import io.durableserver.runtime.lifecycle.Infos;
import io.durableserver.runtime.lifecycle.Judge;
import io.durableserver.runtime.lifecycle.NodeLife;
import io.durableserver.runtime.lifecycle.Operations;
import io.durableserver.runtime.lifecycle.Repairs;
import io.durableserver.runtime.lifecycle.Requests;
import io.durableserver.runtime.lifecycle.Starts;
import io.durableserver.runtime.lifecycle.Terminations;
import io.durableserver.runtime.lifecycle.Vacancy;
import io.durableserver.runtime.lifecycle.Waits;
import io.durableserver.runtime.lifecycle.Watches;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.ownership.LeaseClock;
import io.durableserver.runtime.ownership.MeasuredBackend;
import io.durableserver.runtime.ownership.OwnerCheck;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.routing.Arbiter;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.routing.RecordedOwner;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.verify.VerifiedCodec;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Cluster;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Makes the rooms of one node and joins them, the only place that does; starts none of them. */
final class NodeAssembly {
    private NodeAssembly() {}

    static Rooms of(
            DurableServersConfig config,
            Cluster cluster,
            Facts facts,
            Readiness readiness,
            Function<Class<?>, Optional<?>> resources,
            TestMode testMode) {
        Codec plain = config.messageCodec().orElse(CborCodec.INSTANCE);
        TypeRegistry types = TypeRegistry.of(config, plain);
        Backend backend = new MeasuredBackend(
                config.backend().open(new OpenContext(config.prefix(), cluster, resources, facts)),
                facts,
                cluster.time());
        return join(scope(config, cluster, facts, testMode, backend), types, plain, backend, readiness);
    }

    private static SharedScope scope(
            DurableServersConfig config, Cluster cluster, Facts facts, TestMode testMode, Backend backend) {
        return new SharedScope(
                config,
                cluster,
                facts,
                testMode,
                new StoreKeys(config.prefix()),
                Store.of(backend, cluster.scheduler(), config.timeouts(), facts),
                new LeaseClock(config.lease()),
                new Directory(cluster.map(Directory.MAP), cluster.scheduler()),
                new BackgroundSync(cluster.scheduler(), cluster.time(), facts),
                new AtomicReference<>());
    }

    private static Rooms join(
            SharedScope scope, TypeRegistry types, Codec plain, Backend backend, Readiness readiness) {
        Duration read = scope.config().timeouts().read();
        OwnerCheck owners = new OwnerCheck(
                scope.store(),
                scope.keys(),
                scope.membership(),
                scope.config().lease(),
                scope.scheduler(),
                scope.time(),
                scope.facts());
        Requests requests = new Requests();
        ControlPlane control = new ControlPlane(scope.cluster().transport(), scope.session(), requests);
        Acquisition.OwnerQuery query = Requests.ownerQuery(control, read);
        Acquisition acquisition = new Acquisition(
                scope.store(),
                scope.keys(),
                scope.directory(),
                scope.membership(),
                owners,
                query,
                scope.time(),
                scope.facts());
        Activations activations = new Activations(scope, types, acquisition);
        Arbiter arbiter =
                new Arbiter(scope.directory(), scope.membership(), readiness, control, scope.scheduler(), scope.time());
        Routing routing = routing(scope, readiness, control);
        Codec messages = scope.config().verifyEncoding() ? new VerifiedCodec(plain) : plain;
        Calls calls = calls(scope, activations, routing, messages);
        Infos infos = new Infos(scope.store(), scope.keys(), scope.time(), read);
        Watches watches = new Watches(scope, activations);
        NodeLife life = new NodeLife(scope, watches, backend, activations, calls.pending(), readiness);
        Operations operations = new Operations(
                routing,
                life,
                new Starts(scope, types, routing),
                new Terminations(activations, routing, control, infos, acquisition, scope.cluster()),
                infos,
                scope.config().timeouts());
        Waits waits = new Waits(scope.scheduler());
        NodeAdmin admin = new NodeAdmin(
                scope,
                waits,
                operations,
                activations,
                types,
                new Repairs(
                        scope,
                        new Judge(types, scope.scheduler()),
                        new Vacancy(scope, activations, routing, owners, query)),
                new Interrupts(activations, routing, control, read),
                new Listing(backend, scope.keys(), read));
        return new Rooms(
                scope,
                types,
                activations,
                arbiter,
                calls,
                inbound(scope, activations, types, calls, messages),
                requests,
                operations,
                waits,
                watches,
                life,
                new Closing(scope, life),
                admin);
    }

    private static Routing routing(SharedScope scope, Readiness readiness, ControlPlane control) {
        return new Routing(
                scope.directory(),
                new RecordedOwner(
                        scope.store(),
                        scope.keys(),
                        scope.cluster(),
                        control,
                        scope.config().timeouts().read()),
                scope.membership(),
                readiness,
                control,
                scope.scheduler(),
                scope.time(),
                scope.config().limits().locations());
    }

    private static Calls calls(SharedScope scope, Activations activations, Routing routing, Codec messages) {
        return new Calls(
                activations,
                routing,
                scope.membership(),
                scope.cluster().transport(),
                scope.scheduler(),
                scope.time(),
                messages,
                scope.config().limits(),
                scope.config().timeouts().call(),
                scope.config().prefix(),
                scope.testMode(),
                scope.facts());
    }

    private static Inbound inbound(
            SharedScope scope, Activations activations, TypeRegistry types, Calls calls, Codec messages) {
        return new Inbound(
                activations,
                types,
                calls.pending(),
                scope.cluster().transport(),
                messages,
                scope.time(),
                scope.config().limits().messageBytes(),
                scope.facts());
    }
}
