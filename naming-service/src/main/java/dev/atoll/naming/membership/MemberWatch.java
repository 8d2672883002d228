package dev.atoll.naming.membership;

import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.feed.PrefixView;
import dev.atoll.naming.serving.PacedStream;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Store;
import dev.atoll.proto.naming.v1.Member;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.proto.naming.v1.WatchMembersResponse;

import java.util.HashSet;
import java.util.Set;

/** One caller's watch of the members of a role. */
final class MemberWatch implements Streams.Source<WatchMembersResponse> {
    private final Store store;
    private final PrefixFeed feed;
    private final Role role;

    /** The ids of the members that the caller was told of: only these can leave for it. */
    private final Set<String> told = new HashSet<>();

    MemberWatch(Store store, PrefixFeed feed, Role role) {
        this.store = store;
        this.feed = feed;
        this.role = role;
    }

    @Override
    public void feed(PacedStream<WatchMembersResponse> stream) throws InterruptedException {
        try (PrefixView view = PrefixView.open(store, feed, Members.PREFIX)) {
            for (Entry entry : view.entries()) {
                tell(stream, entry);
            }
            stream.send(
                    WatchMembersResponse.newBuilder()
                            .setKind(WatchMembersResponse.Kind.KIND_SYNCED)
                            .build());
            while (true) {
                for (Change change : view.take()) {
                    switch (change) {
                        case Change.Written(Entry entry) -> tell(stream, entry);
                        case Change.Deleted deleted ->
                                tellLeft(stream, Members.idOf(deleted.key()));
                    }
                }
            }
        }
    }

    private void tell(PacedStream<WatchMembersResponse> stream, Entry entry)
            throws InterruptedException {
        Member member = Members.read(entry);
        if (!MembershipService.isWanted(role, member)) {
            // It may have had the role that is wanted before.
            tellLeft(stream, member.getMemberId());
            return;
        }
        told.add(member.getMemberId());
        stream.send(
                WatchMembersResponse.newBuilder()
                        .setKind(WatchMembersResponse.Kind.KIND_JOINED)
                        .setMember(member)
                        .build());
    }

    private void tellLeft(PacedStream<WatchMembersResponse> stream, String id)
            throws InterruptedException {
        if (told.remove(id)) {
            stream.send(
                    WatchMembersResponse.newBuilder()
                            .setKind(WatchMembersResponse.Kind.KIND_LEFT)
                            .setMember(Member.newBuilder().setMemberId(id))
                            .build());
        }
    }
}
