package dev.atoll.system.architecture.offenders.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Uses what the core may use. No rule names it. */
final class Blameless {
    enum Colour {
        RED,
        GREEN
    }

    record Event(Instant time, Colour colour, String text) {}

    private final Map<String, List<Event>> events = new LinkedHashMap<>();
    private final Set<Colour> warm = Set.of(Colour.RED);

    Map<String, Long> handle(Instant now, Event event) {
        events.computeIfAbsent(event.text(), ignored -> new ArrayList<>()).add(event);
        Duration age = Duration.between(event.time(), now);
        String size =
                switch (event.colour()) {
                    case RED -> "large " + age;
                    case GREEN -> "small";
                };
        int[] copy = new int[1];
        System.arraycopy(new int[] {warm.size()}, 0, copy, 0, 1);
        return events.values().stream()
                .flatMap(List::stream)
                .collect(
                        Collectors.groupingBy(
                                each -> size + each.text(), TreeMap::new, Collectors.counting()));
    }
}
