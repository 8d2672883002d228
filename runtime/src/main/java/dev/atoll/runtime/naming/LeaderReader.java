package dev.atoll.runtime.naming;

import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * Makes news of what an observer of an office hears: says nothing twice in a row, and does not
 * believe a replica that has fallen behind and names a leader of an earlier term.
 */
final class LeaderReader implements NewsStream.Reader<ObserveLeaderResponse> {
    private final Consumer<LeaderNews> listener;
    private @Nullable LeaderNews last;
    private long highestEpoch;

    LeaderReader(Consumer<LeaderNews> listener) {
        this.listener = listener;
    }

    @Override
    public boolean hears(ObserveLeaderResponse message) {
        long epoch = message.getEpoch();
        if (epoch == 0) {
            tell(new LeaderNews.Vacant());
        } else if (epoch >= highestEpoch) {
            highestEpoch = epoch;
            tell(leads(epoch, message.getLeaderAddress()));
        }
        return true;
    }

    @Override
    public boolean hearsBreak(ApiException failure) {
        if (!(last instanceof LeaderNews.Unreachable)) {
            tell(new LeaderNews.Unreachable(failure));
        }
        return true;
    }

    @Override
    public void hearsEnd() {}

    private void tell(LeaderNews news) {
        if (!news.equals(last)) {
            last = news;
            listener.accept(news);
        }
    }

    private static LeaderNews leads(long epoch, String address) {
        try {
            return new LeaderNews.Leads(new Leader(epoch, HostAndPort.parse(address)));
        } catch (IllegalArgumentException e) {
            return new LeaderNews.Unreachable(
                    ApiException.of(
                                    Status.Code.INTERNAL,
                                    "BAD_ADDRESS",
                                    "the leader of epoch "
                                            + epoch
                                            + " says it is reached at \""
                                            + address
                                            + "\"")
                            .causedBy(e));
        }
    }
}
