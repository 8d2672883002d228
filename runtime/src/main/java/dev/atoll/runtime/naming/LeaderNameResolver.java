package dev.atoll.runtime.naming;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.List;

/** Resolves an office to the address of whoever holds it, and follows it from leader to leader. */
final class LeaderNameResolver extends NameResolver {
    private final NamingClient naming;
    private final String office;
    private final SynchronizationContext synchronization;
    private @Nullable Subscription subscription;
    private boolean knowsLeader; // Owned by whoever brings the news.

    LeaderNameResolver(NamingClient naming, String office, SynchronizationContext synchronization) {
        this.naming = naming;
        this.office = office;
        this.synchronization = synchronization;
    }

    @Override
    public String getServiceAuthority() {
        return office;
    }

    @Override
    public void start(Listener2 listener) {
        subscription = naming.observeLeader(office, news -> hear(news, listener));
    }

    private void hear(LeaderNews news, Listener2 listener) {
        if (news instanceof LeaderNews.Unreachable && knowsLeader) {
            // Whoever led may still lead: calls to it need not end because nobody can be asked.
            return;
        }
        StatusOr<List<EquivalentAddressGroup>> addresses = addresses(news);
        knowsLeader = addresses.hasValue();
        synchronization.execute(() -> tell(listener, addresses));
    }

    /** A connection to the leader could not be had, or was lost. */
    @Override
    public void refresh() {
        naming.lookAgain();
    }

    @Override
    public void shutdown() {
        if (subscription != null) {
            subscription.close();
        }
    }

    private static void tell(Listener2 listener, StatusOr<List<EquivalentAddressGroup>> addresses) {
        var _ =
                listener.onResult2(
                        ResolutionResult.newBuilder().setAddressesOrError(addresses).build());
    }

    private StatusOr<List<EquivalentAddressGroup>> addresses(LeaderNews news) {
        return switch (news) {
            case LeaderNews.Leads(Leader leader) -> addresses(leader);
            case LeaderNews.Vacant() ->
                    unavailable("nobody holds the office \"" + office + "\" at the moment");
            case LeaderNews.Unreachable(var error) -> unavailable(error.message());
        };
    }

    private StatusOr<List<EquivalentAddressGroup>> addresses(Leader leader) {
        InetSocketAddress address = leader.address().toSocketAddress();
        if (address.isUnresolved()) {
            return unavailable("the name of " + office + " at " + leader.address() + " is unknown");
        }
        // A certificate names a host, not an office.
        Attributes attributes =
                Attributes.newBuilder()
                        .set(
                                EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE,
                                leader.address().toString())
                        .build();
        return StatusOr.fromValue(List.of(new EquivalentAddressGroup(address, attributes)));
    }

    private static StatusOr<List<EquivalentAddressGroup>> unavailable(String sentence) {
        return StatusOr.fromStatus(Status.UNAVAILABLE.withDescription(sentence));
    }
}
