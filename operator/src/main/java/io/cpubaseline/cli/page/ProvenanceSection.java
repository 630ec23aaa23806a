package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.Version;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.console.Yaml;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.fleet.Silicon;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where all this comes from, and how far it can be trusted. */
final class ProvenanceSection {

    private static final int FLAGS = 60;
    private static final int KINDS = 12;

    private ProvenanceSection() {}

    static Section of(Findings findings, Origin origin) {
        List<Html> facts = new ArrayList<>();
        fact(facts, "Read from", text(origin.inputs().isEmpty() ? "a cluster" : Words.some(origin.inputs(), 10)));
        origin.made().ifPresent(made -> fact(facts, "Made", text(made)));
        fact(facts, "Known by", known(findings));
        fact(facts, "Asked for", asked(findings));
        fact(
                facts,
                "Made with",
                text("cpu-baseline %s, catalog of CPU models %s"
                        .formatted(Version.program(), findings.catalog().version())));
        if (!findings.input().ignored().isEmpty()) {
            fact(
                    facts,
                    "Passed over",
                    text(findings.input().ignored().entrySet().stream()
                            .map(kind -> "%s %s".formatted(Words.number(kind.getValue()), kind.getKey()))
                            .collect(Collectors.joining(", "))));
        }
        if (!findings.told().byHardware().isEmpty()) {
            fact(facts, "Models that the hardware allows", expected(findings.told()));
        }
        HostsTold.Document told = findings.told().document();
        if (told != null && !told.unknownFlags().isEmpty()) {
            List<String> flags = List.copyOf(told.unknownFlags().keySet());
            fact(
                    facts,
                    "Flags that the catalog does not know",
                    Html.all(
                            Parts.all(flags.stream().sorted().limit(FLAGS).toList()),
                            text(flags.size() > FLAGS ? " and %d more".formatted(flags.size() - FLAGS) : "")));
        }
        List<Html> content = new ArrayList<>();
        content.add(element("dl", facts).of("facts"));
        if (!findings.input().warnings().isEmpty()) {
            content.add(element("h3", "Warnings of the reading"));
            content.add(element(
                    "ul",
                    findings.input().warnings().stream()
                            .limit(FLAGS)
                            .map(warning -> element("li", warning))
                            .toList()));
        }
        return new Section("provenance", "Where this comes from", content);
    }

    private static void fact(List<Html> facts, String name, Html value) {
        facts.add(element("div", element("dt", name), element("dd", value)));
    }

    private static Html known(Findings findings) {
        Map<Silicon.Source, Integer> sources = new EnumMap<>(Silicon.Source.class);
        findings.kinds()
                .all()
                .forEach(kind -> sources.merge(kind.evidence().silicon().source(), kind.size(), Integer::sum));
        List<Html> items = new ArrayList<>();
        sources.forEach((source, nodes) -> items.add(
                source == Silicon.Source.HARDWARE
                        ? element(
                                "li",
                                text("%s: %s ".formatted(Words.nodes(nodes), words(source))),
                                Parts.tag("NOT PROVEN", "act"))
                        : element("li", "%s: %s".formatted(Words.nodes(nodes), words(source)))));
        long guests = findings.told().hosts().stream()
                .filter(HostFacts::virtualMachine)
                .count();
        if (guests > 0) {
            items.add(element("li", "%s: a virtual machine itself".formatted(Words.nodes(guests))));
        }
        return items.isEmpty() ? text("nothing") : element("ul", items);
    }

    private static Html expected(HostsTold told) {
        List<Html> items = new ArrayList<>();
        told.byHardware().stream()
                .limit(KINDS)
                .forEach(kind -> items.add(element(
                        "li",
                        "%s (%s, %s): %s"
                                .formatted(
                                        Words.some(kind.names()),
                                        Words.vendor(kind.vendor()),
                                        Words.level(kind.level()),
                                        kind.models().isEmpty()
                                                ? "none of its vendor that the catalog has"
                                                : Words.some(kind.models())))));
        int more = told.byHardware().size() - items.size();
        if (more > 0) {
            items.add(element("li", "%s more kinds".formatted(Words.number(more))));
        }
        return element("ul", items);
    }

    private static String words(Silicon.Source source) {
        return switch (source) {
            case NONE -> "KubeVirt's labels";
            case LABELS -> "KubeVirt's labels, and labels of node-feature-discovery";
            case NODE_FEATURE -> "KubeVirt's labels, and NodeFeature objects of node-feature-discovery";
            case HYPERVISOR -> "the hypervisor's own words";
            case HARDWARE -> "the flags of the hardware";
        };
    }

    private static Html asked(Findings findings) {
        if (findings.baseline() == null) {
            return text("what an empty baseline gives: no bounds, profile Performance");
        }
        try {
            return Html.all(
                    text("the ClusterCpuBaseline "),
                    Parts.name(findings.baseline().name()),
                    element("pre", Yaml.text(findings.baseline().spec())));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
