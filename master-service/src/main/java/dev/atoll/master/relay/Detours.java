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
    private boolean isTaken;

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
     * @return whether each of the tasks can be read from somebody who was not tried in vain
     */
    boolean take(WorkerId worker, Ranges tasks, OutputPlaces places) {
        RangeSet left = new RangeSet(tasks);
        avoided.computeIfAbsent(worker, _ -> new RangeSet()).addAll(tasks);
        for (Holder holder : places.holders()) {
            RangeSet bad = avoided.getOrDefault(holder.worker(), new RangeSet());
            left.removeAll(bad.absentFrom(holder.tasks()));
        }
        isTaken |= left.isEmpty();
        return left.isEmpty();
    }

    /** Whether one was taken since the last question: then there is nothing to wait for. */
    boolean wasTaken() {
        boolean was = isTaken;
        isTaken = false;
        return was;
    }
}
