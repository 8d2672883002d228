package dev.atoll.core.keeper;

import dev.atoll.core.keeper.Survey.Holder;
import dev.atoll.core.keeper.Survey.NamedFile;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides who shall keep what, for one term: each blob of a file that has a name is to be on two
 * workers, and no other is to be kept.
 *
 * <p>It looks at everything anew each time and remembers only which blobs files have needed, so
 * whatever was ordered may be lost, late or done twice.
 */
public final class Keeper {
    /** On how many workers each blob is to be. */
    public static final int COPIES = 2;

    private final int copiesMax;
    private final Map<String, Integer> copies = new TreeMap<>();
    private Set<BlobRef> needed = new LinkedHashSet<>();
    private final Set<BlobRef> dropped = new LinkedHashSet<>();

    /**
     * @param copiesMax how many copies are ordered at a time
     */
    public Keeper(int copiesMax) {
        this.copiesMax = copiesMax;
    }

    /**
     * On how many workers the rarest blob of a file was, at the last look; empty if the file was
     * not there.
     */
    public Optional<Integer> copies(String file) {
        return Optional.ofNullable(copies.get(file));
    }

    /** Looks at everything and says what to do. */
    public List<KeeperCommand> look(Survey survey) {
        Look look = new Look(survey);
        remember(survey);
        List<KeeperCommand> commands = new ArrayList<>();
        if (!survey.isSomebodyAwaited()) {
            look.spread(commands);
        }
        if (survey.allKnown()) {
            look.release(commands);
        }
        return commands;
    }

    private void remember(Survey survey) {
        Set<BlobRef> present = new LinkedHashSet<>();
        survey.files().forEach(file -> present.addAll(file.blobs()));
        if (survey.allKnown()) {
            dropped.addAll(needed);
            dropped.removeAll(present);
            dropped.removeIf(
                    blob -> survey.holders().stream().noneMatch(h -> h.kept().contains(blob)));
            needed = present;
        }
    }

    /** One look at everything. */
    private final class Look {
        private final Survey survey;
        private final Map<BlobRef, List<Holder>> holders = new LinkedHashMap<>();
        private final Map<WorkerId, Long> bytesGiven = new TreeMap<>();

        Look(Survey survey) {
            this.survey = survey;
            copies.clear();
            for (NamedFile file : survey.files()) {
                int least =
                        file.blobs().stream()
                                .mapToInt(blob -> holdersOf(blob).size())
                                .min()
                                .orElse(0);
                copies.put(file.name(), least);
            }
        }

        private List<Holder> holdersOf(BlobRef blob) {
            return holders.computeIfAbsent(
                    blob,
                    _ ->
                            survey.holders().stream()
                                    .filter(holder -> holder.kept().contains(blob))
                                    .toList());
        }

        void spread(List<KeeperCommand> commands) {
            List<BlobRef> lost = new ArrayList<>();
            int ordered = 0;
            for (Map.Entry<BlobRef, List<Holder>> entry : holders.entrySet()) {
                if (entry.getValue().isEmpty()) {
                    lost.add(entry.getKey());
                } else if (entry.getValue().size() < COPIES && ordered < copiesMax) {
                    Optional<KeeperCommand> copy = copy(entry.getKey(), entry.getValue());
                    copy.ifPresent(commands::add);
                    ordered += copy.isPresent() ? 1 : 0;
                }
            }
            if (!lost.isEmpty()) {
                commands.add(new KeeperCommand.Adopt(lost));
            }
        }

        private Optional<KeeperCommand> copy(BlobRef blob, List<Holder> having) {
            Optional<Holder> source = having.stream().filter(Holder::isHere).findFirst();
            Optional<Holder> target =
                    survey.holders().stream()
                            .filter(holder -> holder.isHere() && holder.isTaking())
                            .filter(holder -> !having.contains(holder))
                            .filter(holder -> left(holder) > blob.sizeBytes())
                            .max(Comparator.comparingLong(this::left));
            if (source.isEmpty() || target.isEmpty()) {
                return Optional.empty();
            }
            bytesGiven.merge(target.get().worker(), blob.sizeBytes(), Long::sum);
            return Optional.of(
                    new KeeperCommand.Copy(blob, source.get().worker(), target.get().worker()));
        }

        private long left(Holder holder) {
            return holder.freeBytes() - bytesGiven.getOrDefault(holder.worker(), 0L);
        }

        void release(List<KeeperCommand> commands) {
            Map<WorkerId, List<BlobRef>> superfluous = superfluous();
            for (Holder holder : survey.holders()) {
                if (!holder.isHere()) {
                    continue;
                }
                List<BlobRef> known = new ArrayList<>();
                List<BlobRef> unknown = new ArrayList<>();
                for (BlobRef blob : holder.kept()) {
                    if (!needed.contains(blob)) {
                        (dropped.contains(blob) ? known : unknown).add(blob);
                    }
                }
                known.addAll(superfluous.getOrDefault(holder.worker(), List.of()));
                if (!known.isEmpty()) {
                    commands.add(new KeeperCommand.Release(holder.worker(), known, true));
                }
                if (!unknown.isEmpty()) {
                    commands.add(new KeeperCommand.Release(holder.worker(), unknown, false));
                }
            }
        }

        /** Copies beyond those wanted: when a worker came back, or a blob was there before. */
        private Map<WorkerId, List<BlobRef>> superfluous() {
            Map<WorkerId, List<BlobRef>> found = new TreeMap<>();
            holders.forEach((blob, having) -> {
                List<Holder> here = having.stream().filter(Holder::isHere).toList();
                here.stream()
                        .sorted(
                                Comparator.comparing(Holder::isTaking)
                                        .thenComparingLong(Holder::freeBytes))
                        .limit(Math.max(0, here.size() - COPIES))
                        .forEach(holder ->
                                found.computeIfAbsent(holder.worker(), _ -> new ArrayList<>())
                                        .add(blob));
            });
            return found;
        }
    }
}
