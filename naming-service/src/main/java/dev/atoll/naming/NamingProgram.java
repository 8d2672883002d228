package dev.atoll.naming;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.etcd.EtcdStore;
import dev.atoll.naming.store.file.FileStore;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.program.ServiceProgram;

import java.io.IOException;
import java.nio.file.Path;

/** The naming service as a program. */
public final class NamingProgram implements ServiceProgram<NamingServiceConfig> {
    @Override
    public String name() {
        return "naming";
    }

    @Override
    public String summary() {
        return "knows who is here, who leads, what is called what, and what was promised";
    }

    @Override
    public Class<NamingServiceConfig> configType() {
        return NamingServiceConfig.class;
    }

    @Override
    public RunningService start(NamingServiceConfig config, ServiceContext context)
            throws IOException {
        Security security = Security.load(config.security());
        security.checkListen(config.listen());
        Store store = open(config, context);
        try {
            return NamingServer.start(config.listen(), security, store, context.metrics());
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static Store open(NamingServiceConfig config, ServiceContext context)
            throws IOException {
        return switch (config.store()) {
            case StoreLocation.File(var directory) -> {
                Path home = directory.orElse(config.stateDirectory().resolve("naming"));
                FileStore.Settings settings =
                        FileStore.Settings.DEFAULT.withTimeout(config.storeTimeout());
                yield FileStore.open(
                        home, settings, e -> context.fatal().stop("the store broke", e));
            }
            case StoreLocation.Etcd(var endpoints) ->
                    new EtcdStore(endpoints, config.etcdRoot(), config.storeTimeout());
        };
    }
}
