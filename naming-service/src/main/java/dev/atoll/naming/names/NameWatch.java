package dev.atoll.naming.names;

import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.feed.PrefixView;
import dev.atoll.naming.serving.PacedStream;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Store;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.WatchNamesResponse;

import java.util.HashSet;
import java.util.Set;

/** One caller's watch of the names under a prefix. */
final class NameWatch implements Streams.Source<WatchNamesResponse> {
    private final Store store;
    private final PrefixFeed feed;
    private final String keyPrefix;

    /** The names that the caller was told of: only these can go for it. */
    private final Set<String> told = new HashSet<>();

    NameWatch(Store store, PrefixFeed feed, String keyPrefix) {
        this.store = store;
        this.feed = feed;
        this.keyPrefix = keyPrefix;
    }

    @Override
    public void feed(PacedStream<WatchNamesResponse> stream) throws InterruptedException {
        try (PrefixView view = PrefixView.open(store, feed, keyPrefix)) {
            for (Entry entry : view.entries()) {
                tellBound(stream, entry);
            }
            stream.send(
                    WatchNamesResponse.newBuilder()
                            .setKind(WatchNamesResponse.Kind.KIND_SYNCED)
                            .build());
            while (true) {
                for (Change change : view.take()) {
                    switch (change) {
                        case Change.Written(Entry entry) -> tellBound(stream, entry);
                        case Change.Deleted deleted ->
                                tellUnbound(stream, NamesService.nameOf(deleted.key()));
                    }
                }
            }
        }
    }

    private void tellBound(PacedStream<WatchNamesResponse> stream, Entry entry)
            throws InterruptedException {
        Binding binding = NamesService.read(entry);
        told.add(binding.getName());
        stream.send(
                WatchNamesResponse.newBuilder()
                        .setKind(WatchNamesResponse.Kind.KIND_BOUND)
                        .setBinding(binding)
                        .build());
    }

    private void tellUnbound(PacedStream<WatchNamesResponse> stream, String name)
            throws InterruptedException {
        if (told.remove(name)) {
            stream.send(
                    WatchNamesResponse.newBuilder()
                            .setKind(WatchNamesResponse.Kind.KIND_UNBOUND)
                            .setBinding(Binding.newBuilder().setName(name))
                            .build());
        }
    }
}
