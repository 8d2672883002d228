package dev.atoll.master.relay;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.Holder;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which workers could not be read from for one request, so that others are asked before them. */
final class Detours {
    private final Map<WorkerId, RangeSet> avoided = new LinkedHashMap<>();
    private final RangeSet awaited = new RangeSet();
    private boolean isTaken;
    private boolean isAwaited;

    /** The same places; who could not be read from comes last. */
    OutputPlaces around(OutputPlaces places) {
        if (avoided.isEmpty()) {
            return places;
        }
        List<Holder> first = new ArrayList<>();
        List<Holder> last = new ArrayList<>();
        for (Holder holder : places.holders()) {
            RangeSet bad = avoided.getOrDefault(holder.worker(), new RangeSet());
            add(new Holder(holder.worker(), bad.absentFrom(holder.tasks())), first);
            add(new Holder(holder.worker(), bad.intersection(holder.tasks())), last);
        }
        first.addAll(last);
        return new OutputPlaces(first, places.silent(), places.failed());
    }

    private static void add(Holder holder, List<Holder> to) {
        if (!holder.tasks().isEmpty()) {
            to.add(holder);
        }
    }

    /**
     * A worker could not be read from.
     *
     * @param mayBeBack whether it has the tasks maybe, and only does not answer
     * @return whether each of the tasks can be read from somebody who was not tried in vain; if
     *     not, all of them are tried again in turn
     */
    boolean take(WorkerId worker, Ranges tasks, OutputPlaces places, boolean mayBeBack) {
        RangeSet left = new RangeSet(tasks);
        avoided.computeIfAbsent(worker, _ -> new RangeSet()).addAll(tasks);
        if (mayBeBack) {
            awaited.addAll(tasks);
        }
        for (Holder holder : places.holders()) {
            RangeSet bad = avoided.getOrDefault(holder.worker(), new RangeSet());
            left.removeAll(bad.absentFrom(holder.tasks()));
        }
        if (!left.isEmpty()) {
            isAwaited = !awaited.intersection(left.toRanges()).isEmpty();
            avoided.values().forEach(bad -> bad.removeAll(tasks));
            awaited.removeAll(tasks);
            return false;
        }
        isTaken = true;
        return true;
    }

    /** Whether, when all were tried in vain, one of them may be back. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** Whether one was taken since the last question: then there is nothing to wait for. */
    boolean wasTaken() {
        boolean was = isTaken;
        isTaken = false;
        return was;
    }
}
