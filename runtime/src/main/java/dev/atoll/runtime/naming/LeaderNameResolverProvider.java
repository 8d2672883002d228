package dev.atoll.runtime.naming;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;

import org.jspecify.annotations.Nullable;

import java.net.URI;

/**
 * Lets channels have the target {@code leader:///OFFICE}; found by gRPC through ServiceLoader. The
 * channel must be told which naming service to ask, as {@link NamingClient#openLeaderChannel} does.
 */
public final class LeaderNameResolverProvider extends NameResolverProvider {
    static final String SCHEME = "leader";
    static final NameResolver.Args.Key<NamingClient> NAMING =
            NameResolver.Args.Key.create("atoll-naming");

    private static final int PRIORITY = 5;

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return PRIORITY;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args arguments) {
        NamingClient naming = arguments.getArg(NAMING);
        String path = target.getPath();
        if (naming == null || !SCHEME.equals(target.getScheme()) || path == null) {
            return null;
        }
        return new LeaderNameResolver(
                naming, path.replaceFirst("^/", ""), arguments.getSynchronizationContext());
    }
}
