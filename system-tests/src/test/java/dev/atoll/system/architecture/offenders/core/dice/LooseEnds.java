package dev.atoll.system.architecture.offenders.core.dice;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Where chance gets into the core: each nested class opens one door. */
final class LooseEnds {
    static final class ReadsTheWallClock {
        Instant now() {
            return Instant.now();
        }
    }

    static final class ReadsTheDate {
        LocalDate today() {
            return LocalDate.now(ZoneOffset.UTC);
        }
    }

    static final class ReferencesNow {
        Supplier<Instant> now = Instant::now;
    }

    static final class HoldsAClock {
        long millis(Clock clock) {
            return clock.millis();
        }
    }

    static final class ReadsMillis {
        long now() {
            return System.currentTimeMillis();
        }
    }

    static final class ReadsNanos {
        long now() {
            return System.nanoTime();
        }
    }

    static final class ReadsTheEnvironment {
        String home() {
            return System.getenv("HOME");
        }
    }

    static final class ThrowsDice {
        int roll(Random dice) {
            return dice.nextInt(6);
        }
    }

    static final class SplitsDice {
        SplittableRandom dice = new SplittableRandom(1);
    }

    static final class DrawsANumber {
        double draw() {
            return Math.random();
        }
    }

    static final class DrawsAnId {
        UUID draw() {
            return UUID.randomUUID();
        }
    }

    static final class Shuffles {
        void shuffle(List<String> cards) {
            Collections.shuffle(cards);
        }
    }

    static final class StartsThreads {
        void start(Thread thread) {
            thread.start();
        }
    }

    static final class ForksStreams {
        long count(List<String> words) {
            return words.parallelStream().count();
        }
    }

    static final class HashesKeys {
        Map<String, String> map = new HashMap<>();
    }

    static final class HashesElements {
        Set<String> set = new HashSet<>();
    }

    static final class ReferencesAHashSet {
        Supplier<Set<String>> sets = HashSet::new;
    }

    static final class CopiesWithSalt {
        Set<String> copy(List<String> words) {
            return Set.copyOf(words);
        }
    }

    static final class ListsWithSalt {
        Map<String, Integer> map = Map.of("a", 1, "b", 2);
    }

    static final class CollectsByHash {
        Set<String> set(List<String> words) {
            return words.stream().collect(Collectors.toSet());
        }
    }

    static final class GroupsByHash {
        Map<Integer, List<String>> group(List<String> words) {
            return words.stream().collect(Collectors.groupingBy(String::length));
        }
    }
}
