package dev.atoll.runtime.naming;

import java.util.List;

/**
 * Some names, in order.
 *
 * @param nextPageToken empty on the last page
 */
public record NamePage(List<BoundName> names, String nextPageToken) {
    public NamePage {
        names = List.copyOf(names);
    }
}
