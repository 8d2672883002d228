package dev.atoll.client;

import org.jspecify.annotations.Nullable;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** A list that is served in pages, as one stream that fetches a page when it is needed. */
final class Pages {
    private Pages() {}

    private record Page<Q, R>(Q request, R response) {}

    /**
     * Joins the pages.
     *
     * @param first asks for the first page
     * @param fetch fetches a page
     * @param after the request for the page after this one
     * @param token the token of the page after this one; empty on the last
     * @param entries what is on a page
     */
    static <Q, R, E> Stream<E> of(
            Q first,
            Function<Q, R> fetch,
            BiFunction<Q, R, Q> after,
            Function<R, String> token,
            Function<R, Stream<E>> entries) {
        return Stream.<@Nullable Page<Q, R>>iterate(
                        new Page<>(first, fetch.apply(first)),
                        page -> page != null,
                        page -> next(page, fetch, after, token))
                .flatMap(page -> page == null ? Stream.empty() : entries.apply(page.response()));
    }

    private static <Q, R> @Nullable Page<Q, R> next(
            @Nullable Page<Q, R> page,
            Function<Q, R> fetch,
            BiFunction<Q, R, Q> after,
            Function<R, String> token) {
        if (page == null || token.apply(page.response()).isEmpty()) {
            return null;
        }
        Q request = after.apply(page.request(), page.response());
        return new Page<>(request, fetch.apply(request));
    }
}
