package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignSpec;
import io.cpubaseline.api.v1alpha1.LabelSelector;
import io.cpubaseline.api.v1alpha1.RestartBudget;
import io.cpubaseline.api.v1alpha1.RestartStep;
import io.cpubaseline.campaign.Budget;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.campaign.Rules;
import io.cpubaseline.campaign.Step;
import io.cpubaseline.campaign.Window;
import io.cpubaseline.virtualmachine.Share;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the spec of a ClusterRestartCampaign. The definition refuses most of what is wrong; what an older one let in, and what it can't check, is a
 * {@link Problem}, and then nothing is restarted.
 */
public final class CampaignReader {

    private static final Duration LONGEST_WINDOW = Duration.ofDays(7);
    private static final Duration LONGEST_PAUSE = Duration.ofDays(28);
    /** A schedule that never comes after this never comes. */
    private static final Instant SOME_TIME = Instant.parse("2026-01-01T00:00:00Z");

    private static final int MOST_SECONDS = 86_400;

    private final List<Problem> problems = new ArrayList<>();

    /**
     * What a spec asks for.
     *
     * @param baseline the baseline's name
     * @param namespaces which namespaces; counts only without problems, as all that follows
     * @param selector which virtual machines
     * @param rules by what they are restarted
     * @param problems what can't be followed
     */
    public record Intent(String baseline, Selector namespaces, Selector selector, Rules rules, List<Problem> problems) {

        /** Makes the list immutable. */
        public Intent {
            problems = List.copyOf(problems);
        }
    }

    private CampaignReader() {}

    /** Reads one. */
    public static Intent read(ClusterRestartCampaignSpec spec) {
        return new CampaignReader().intent(spec);
    }

    private Intent intent(ClusterRestartCampaignSpec spec) {
        if (spec.baselineName().isEmpty()) {
            invalid("spec.baselineName: it is missing; name the ClusterCpuBaseline whose virtual machines are meant.");
        }
        Selector namespaces = selector("spec.namespaceSelector", spec.namespaceSelector());
        Selector selector = selector("spec.selector", spec.selector());
        if (!Set.of("Required", "Assumed").contains(spec.consent())) {
            invalid("spec.consent: \"%s\" is not known here; expected Required or Assumed.".formatted(spec.consent()));
        }
        Rules rules = new Rules(
                spec.paused(),
                spec.consent().equals("Assumed"),
                methods(spec.methods()),
                budgets(spec.budgets()),
                steps(spec.steps()),
                Duration.ofSeconds(
                        between("spec.progressDeadlineSeconds", spec.progressDeadlineSeconds(), 1, MOST_SECONDS)),
                between("spec.failureLimit", spec.failureLimit(), 1, Integer.MAX_VALUE),
                alerts(spec.blockers().alerts()));
        return new Intent(spec.baselineName(), namespaces, selector, rules, problems);
    }

    private Set<Method> methods(List<String> names) {
        Set<Method> methods = EnumSet.noneOf(Method.class);
        for (String name : names) {
            Stream.of(Method.values())
                    .filter(method -> method.name().equals(name))
                    .findFirst()
                    .ifPresentOrElse(
                            methods::add,
                            () -> invalid("spec.methods: \"%s\" is not known here; expected %s."
                                    .formatted(
                                            name,
                                            Stream.of(Method.values())
                                                    .map(Method::name)
                                                    .collect(Collectors.joining(", ")))));
        }
        if (names.isEmpty()) {
            invalid("spec.methods: it is empty; name at least one, WaitForStop for none that acts.");
        }
        return methods;
    }

    private List<Budget> budgets(List<RestartBudget> written) {
        List<Budget> budgets = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            String at = "spec.budgets[%d]".formatted(i);
            RestartBudget budget = written.get(i);
            Optional<Share> share = Share.parse(budget.maxUnavailable());
            if (share.isEmpty()) {
                invalid("%s.maxUnavailable: \"%s\" is neither a number nor a percentage such as 10%%."
                        .formatted(at, budget.maxUnavailable()));
            }
            window(at, budget)
                    .ifPresent(window ->
                            share.ifPresent(some -> budgets.add(new Budget(some, budget.perNamespace(), window))));
        }
        if (written.isEmpty()) {
            invalid("spec.budgets: it is empty; give one, such as maxUnavailable: 10%, or leave the field out.");
        }
        return budgets;
    }

    private Optional<Window> window(String at, RestartBudget budget) {
        String schedule = budget.schedule();
        String length = budget.duration();
        if (schedule == null && length == null) {
            return Optional.of(Window.ALWAYS);
        }
        if (schedule == null || length == null) {
            invalid("%s: a schedule needs a duration, and a duration a schedule.".formatted(at));
            return Optional.empty();
        }
        Optional<Duration> duration = duration(at + ".duration", length, LONGEST_WINDOW);
        try {
            ZoneId zone = ZoneId.of(budget.timeZone());
            return duration.map(time -> cron(at, schedule, zone, time));
        } catch (DateTimeException e) {
            invalid("%s.timeZone: \"%s\" is not known; write a name of the IANA database, such as Europe/Berlin."
                    .formatted(at, budget.timeZone()));
            return Optional.empty();
        }
    }

    private Window cron(String at, String schedule, ZoneId zone, Duration duration) {
        try {
            CronWindow window = new CronWindow(schedule, zone, duration);
            if (window.opens(SOME_TIME).isEmpty()) {
                invalid("%s.schedule: \"%s\" never comes.".formatted(at, schedule));
            }
            return window;
        } catch (IllegalArgumentException e) {
            invalid("%s.schedule: \"%s\" is no schedule in the five fields of cron, such as '0 22 * * 6': %s"
                    .formatted(at, schedule, e.getMessage()));
            return Window.ALWAYS;
        }
    }

    private List<Step> steps(List<RestartStep> written) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            String at = "spec.steps[%d]".formatted(i);
            RestartStep step = written.get(i);
            Integer count = step.count();
            Integer percent = step.percent();
            if ((count == null) == (percent == null)) {
                invalid("%s: a step has either count or percent.".formatted(at));
                continue;
            }
            Share upTo = percent == null ? new Share(count == null ? 0 : count, false) : new Share(percent, true);
            if (upTo.value() < 1 || upTo.percent() && upTo.value() > 100) {
                invalid("%s: %s is not a share that can be restarted.".formatted(at, upTo));
            }
            duration(at + ".pause.duration", step.pause().duration(), LONGEST_PAUSE)
                    .ifPresent(pause -> steps.add(new Step(upTo, pause)));
        }
        return steps;
    }

    private Set<String> alerts(List<String> names) {
        names.stream()
                .filter(name -> name.isEmpty() || name.contains("*"))
                .forEach(name -> invalid(
                        "spec.blockers.alerts: \"%s\" is not an alert's whole name; name each alert, there are no patterns."
                                .formatted(name)));
        return Set.copyOf(names);
    }

    private Optional<Duration> duration(String field, String text, Duration longest) {
        Optional<Duration> duration = Durations.parse(text);
        if (duration.isEmpty() || duration.get().compareTo(longest) > 0) {
            invalid("%s: \"%s\" is not a duration of at most %d days; write 6h or 1h30m."
                    .formatted(field, text, longest.toDays()));
            return Optional.empty();
        }
        return duration;
    }

    private int between(String field, int value, int least, int most) {
        if (value < least || value > most) {
            invalid("%s: %d is out of range; give %d to %d.".formatted(field, value, least, most));
        }
        return value;
    }

    private Selector selector(String field, LabelSelector selector) {
        Selector read = SelectorReader.read(field, selector, problems::add);
        return read == null ? Selector.everything() : read;
    }

    private void invalid(String message) {
        problems.add(new Problem(Reason.InvalidSpec, message));
    }
}
