package dev.atoll.master.api;

import dev.atoll.runtime.grpc.FieldChecks;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and tokens of pages. */
final class Pages {
    private static final int SIZE_MAX = 1_000;
    private static final Pattern PLACE = Pattern.compile("(\\d{1,18})\\.(\\d{1,9})");

    private Pages() {}

    /** Where the next page starts: a number, and a number within it. */
    record Place(long major, int minor) {}

    static int size(int asked, int whenAbsent, FieldChecks checks) {
        checks.check(asked >= 0 && asked <= SIZE_MAX, "page_size", asked, "1 to 1,000, or nothing");
        return asked == 0 ? whenAbsent : asked;
    }

    /** The token that leads to a place. */
    static String token(Place place) {
        String text = place.major() + "." + place.minor();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The token that leads to a name. */
    static String token(String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The place that a token leads to; empty for the first page. */
    static Optional<Place> place(String token, FieldChecks checks) {
        return name(token, checks)
                .flatMap(text -> {
                    Matcher matcher = PLACE.matcher(text);
                    if (!matcher.matches()) {
                        refuse(token, checks);
                        return Optional.empty();
                    }
                    return Optional.of(
                            new Place(
                                    Long.parseLong(matcher.group(1)),
                                    Integer.parseInt(matcher.group(2))));
                });
    }

    /** The name that a token leads to; empty for the first page. */
    static Optional<String> name(String token, FieldChecks checks) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            refuse(token, checks);
            return Optional.empty();
        }
    }

    private static void refuse(String token, FieldChecks checks) {
        checks.violation("page_token", token, "the next_page_token of the page before");
    }
}
