package dev.atoll.runtime.naming;

import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes news of what a candidate hears: says nothing twice in a row, and ends with Deposed unless
 * the candidate itself closes. Who was elected and then hears of any other state was deposed.
 */
final class CandidacyReader implements NewsStream.Reader<CampaignResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(CandidacyReader.class);

    private final String office;
    private final Lease lease;
    private final Consumer<CandidacyNews> listener;
    private @Nullable CandidacyNews last;
    private volatile boolean resigned;

    CandidacyReader(String office, Lease lease, Consumer<CandidacyNews> listener) {
        this.office = office;
        this.lease = lease;
        this.listener = listener;
    }

    /** Makes the end silent, since the candidate wants it. */
    void resign() {
        resigned = true;
    }

    @Override
    public boolean hears(CampaignResponse message) {
        return switch (message.getState()) {
            case STATE_WAITING -> tell(new CandidacyNews.Waiting(leaderOf(message)));
            case STATE_ELECTED -> tell(new CandidacyNews.Elected(message.getEpoch()));
            case STATE_DEPOSED -> depose("the naming service ended the candidacy");
            // Sent by a newer naming service: nothing that this version could act upon.
            case STATE_UNSPECIFIED, UNRECOGNIZED -> true;
        };
    }

    @Override
    public boolean hearsBreak(ApiException failure) {
        if (failure.is(LeaseKeeper.LEASE_NOT_FOUND)) {
            return depose("the naming service does not know the lease any more");
        }
        if (lease.isOver()) {
            return false;
        }
        LOG.debug("The candidacy for {} is cut off: {}", office, failure.message());
        return true;
    }

    @Override
    public void hearsEnd() {
        if (!resigned) {
            depose("the lease is over");
        }
    }

    private boolean tell(CandidacyNews news) {
        if (news.equals(last)) {
            return true;
        }
        if (last instanceof CandidacyNews.Elected) {
            return depose("another term began: " + news);
        }
        last = news;
        listener.accept(news);
        return true;
    }

    private boolean depose(String reason) {
        if (!(last instanceof CandidacyNews.Deposed)) {
            last = new CandidacyNews.Deposed(reason);
            listener.accept(last);
        }
        return false;
    }

    private static Optional<Leader> leaderOf(CampaignResponse message) {
        if (message.getEpoch() == 0) {
            return Optional.empty();
        }
        try {
            HostAndPort address = HostAndPort.parse(message.getLeaderAddress());
            return Optional.of(new Leader(message.getEpoch(), address));
        } catch (IllegalArgumentException e) {
            LOG.warn("The leader of epoch {} has no address", message.getEpoch(), e);
            return Optional.empty();
        }
    }
}
