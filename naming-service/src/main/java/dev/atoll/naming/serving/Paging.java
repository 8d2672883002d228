package dev.atoll.naming.serving;

import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Store;
import dev.atoll.runtime.grpc.FieldChecks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads a prefix page by page for callers that may come back for the next page, or not. */
public final class Paging {
    /** The most that a page may hold, and what it holds by default. */
    public static final int PAGE_SIZE_MAX = 1_000;

    /** A page ends early when its values reach this size: the answer must fit into a message. */
    private static final int PAGE_BYTES_MAX = 1 << 20;

    /** A token longer than this is none of ours. */
    private static final int TOKEN_LENGTH_MAX = 1_024;

    /**
     * A page.
     *
     * @param nextPageToken empty on the last page
     */
    public record Result(List<Entry> entries, String nextPageToken) {
        public Result {
            entries = List.copyOf(entries);
        }
    }

    private final Store store;

    public Paging(Store store) {
        this.store = store;
    }

    /** Notes what is wrong with the paging fields of a request. */
    public static void check(FieldChecks checks, int pageSize, String pageToken) {
        checks.check(
                pageSize >= 0 && pageSize <= PAGE_SIZE_MAX,
                "page_size",
                pageSize,
                "1 to " + PAGE_SIZE_MAX + ", or 0 for " + PAGE_SIZE_MAX);
        checks.check(
                key(pageToken).isPresent(),
                "page_token",
                pageToken,
                "the next_page_token of the page before");
    }

    /** Reads a page of those entries under a prefix that are wanted. */
    public Result page(String prefix, int pageSize, String pageToken, Predicate<Entry> wanted) {
        int size = pageSize == 0 ? PAGE_SIZE_MAX : pageSize;
        String after = key(pageToken).orElse("");
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        Page page = store.list(prefix, after, Page.LIMIT_MAX);
        while (true) {
            for (Entry entry : page.entries()) {
                if (!wanted.test(entry)) {
                    continue;
                }
                // Only when there is one more entry is there one more page.
                if (found.size() == size || bytes >= PAGE_BYTES_MAX) {
                    return new Result(found, token(found.getLast().key()));
                }
                found.add(entry);
                bytes += entry.value().size();
            }
            if (!page.more()) {
                return new Result(found, "");
            }
            page = store.list(prefix, page.entries().getLast().key(), Page.LIMIT_MAX);
        }
    }

    private static String token(String lastKey) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(lastKey.getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<String> key(String token) {
        try {
            if (token.length() <= TOKEN_LENGTH_MAX) {
                byte[] key = Base64.getUrlDecoder().decode(token);
                return Optional.of(new String(key, StandardCharsets.US_ASCII));
            }
        } catch (IllegalArgumentException _) {
            // Answered below, like one that is too long.
        }
        return Optional.empty();
    }
}
