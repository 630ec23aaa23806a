package io.cpubaseline.cli.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.FlagAccount.FirstModel;
import io.cpubaseline.explain.Gain;
import io.cpubaseline.explain.Lack;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.explain.View;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the explanations have in common, in words. */
final class Phrases {

    private static final int FEW = 6;
    private static final int NODES = 4;

    private final Sources sources;
    private final boolean all;

    Phrases(Sources sources, boolean all) {
        this.sources = sources;
        this.all = all;
    }

    /** A number of things, with the right ending. */
    static String count(int number, String thing) {
        return "%d %s%s".formatted(number, thing, number == 1 ? "" : "s");
    }

    /** Some features, and how many more there are. */
    String some(FeatureSet features) {
        return some(features.names(), " ", FEW);
    }

    /** Some names, and how many more there are. */
    String some(Collection<String> names) {
        return some(List.copyOf(names), ", ", NODES);
    }

    private String some(List<String> names, String between, int few) {
        int shown = all ? names.size() : Math.min(few, names.size());
        return String.join(between, names.subList(0, shown))
                + (shown < names.size() ? " and %d more".formatted(names.size() - shown) : "");
    }

    /** Which nodes they are, of which vendor, and why they don't count: those of one vendor and state together. */
    String groups(Collection<NodeGroup> groups) {
        Map<String, List<String>> byNote = new LinkedHashMap<>();
        for (NodeGroup group : groups) {
            String vendor = group.cpuClass().vendor();
            String note = vendor.isEmpty() ? "unknown vendor" : vendor;
            if (group.state() != State.CONTRIBUTING) {
                note += ", %s: %s".formatted(group.state() == State.UNKNOWN ? "unknown" : "unfit", group.reason());
            }
            byNote.computeIfAbsent(note, same -> new ArrayList<>()).addAll(group.names());
        }
        List<String> parts = new ArrayList<>();
        byNote.forEach((note, names) ->
                parts.add("%s (%s)".formatted(some(names.stream().sorted().toList()), note)));
        return String.join(", ", parts);
    }

    /** These nodes by their names. */
    String nodes(List<CpuClass> classes) {
        return some(classes.stream()
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .map(NodeCpu::name)
                .sorted()
                .toList());
    }

    /** An answer in a few words. */
    static String brief(Answer answer) {
        return answer.baseline()
                .map(baseline -> "%s by %s%s"
                        .formatted(
                                baseline.level(),
                                baseline.model().name(),
                                baseline.required().isEmpty()
                                        ? ""
                                        : " and %s"
                                                .formatted(count(
                                                        baseline.required().size(), "required feature"))))
                .orElseGet(() -> answer instanceof NoBaseline none
                        ? "no baseline (%s)".formatted(none.reason())
                        : "no baseline");
    }

    /** Whose answer it is, in front of a sentence. */
    static String whose(View view) {
        return view.name().isEmpty() ? "" : view.name() + ": ";
    }

    /** What would change, in a sentence. */
    String gain(Gain gain, View view) {
        String how = gain.what() == Gain.What.LEFT_OUT
                ? "without %s".formatted(nodes(gain.classes()))
                : "if %s had %s".formatted(nodes(gain.classes()), given(gain));
        int of = view.classes().stream()
                .mapToInt(cpuClass -> cpuClass.nodes().size())
                .sum();
        return "%s (%d of %d), %s".formatted(how, gain.nodes(), of, outcome(gain));
    }

    private String given(Gain gain) {
        return gain.features().size() == 1 ? "it" : some(gain.features());
    }

    /** What would be then. */
    String outcome(Gain gain) {
        if (gain.same()) {
            return "nothing would change";
        }
        if (gain.after().baseline().isEmpty()) {
            return "there would be %s".formatted(brief(gain.after()));
        }
        List<String> parts = new ArrayList<>();
        parts.add("there would be %s".formatted(brief(gain.after())));
        if (gain.before().baseline().isPresent()) {
            if (!gain.gained().isEmpty()) {
                parts.add("guests gain %s".formatted(some(gain.gained())));
            }
            if (!gain.lost().isEmpty()) {
                parts.add("and lose %s".formatted(some(gain.lost())));
            }
        }
        return String.join("; ", parts).replace("; and", " and");
    }

    /** Why a flag is lacking, and what helps. */
    String lack(Lack lack) {
        return "%s%s.%s%s".formatted(lack.why(), sources.mark(lack.source()), remedy(lack), looks(lack));
    }

    private static String remedy(Lack lack) {
        return lack.remedy().isEmpty() ? "" : " Remedy: %s.".formatted(lack.remedy());
    }

    private String looks(Lack lack) {
        StringBuilder text = new StringBuilder();
        for (Lack.Look look : lack.look()) {
            String command = look.command().isEmpty() ? "" : " (%s)".formatted(look.command());
            boolean told = look.why().equals(lack.why());
            text.append(
                    told
                            ? " To see it:%s".formatted(command.replaceFirst("^ \\((.*)\\)$", " $1."))
                            : " Look whether %s%s: %s%s."
                                    .formatted(look.why(), command, look.remedy(), sources.mark(look.source())));
        }
        return text.toString();
    }

    /** Why several flags are lacking, those with the same cause together, a sentence each. */
    List<String> lacks(Map<String, Lack> lacks) {
        Map<Lack, List<String>> byCause = new LinkedHashMap<>();
        lacks.forEach((feature, lack) ->
                byCause.computeIfAbsent(lack, same -> new ArrayList<>()).add(feature));
        List<String> sentences = new ArrayList<>();
        byCause.forEach((lack, features) -> sentences.add("%s: %s".formatted(some(features, " ", FEW), brief(lack))));
        return sentences;
    }

    /** The same without what else to look at, and without a remedy where there is none. */
    private String brief(Lack lack) {
        return "%s%s.%s"
                .formatted(lack.why(), sources.mark(lack.source()), lack.by() == Lack.By.SILICON ? "" : remedy(lack));
    }

    /** The oldest models with something. */
    String oldest(List<FirstModel> models) {
        return String.join(
                ", ",
                models.stream()
                        .map(first -> "%s (%s%s)"
                                .formatted(
                                        first.model().name(),
                                        first.model().vendor(),
                                        first.year()
                                                .map(year ->
                                                        ", %d%s".formatted(year.year(), sources.mark(year.source())))
                                                .orElse("")))
                        .toList());
    }

    /** Whether an answer has a level at all. */
    static boolean answered(View view) {
        return view.answer().baseline().map(Baseline::level).isPresent();
    }
}
