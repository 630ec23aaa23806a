package io.cpubaseline.cli.explain;

import io.cpubaseline.catalog.FlagSpellings;
import io.cpubaseline.catalog.FlagSpellings.Meaning;
import io.cpubaseline.cli.explain.Subject.Kind;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what a word means: a flag in anybody's spelling, a model, a level, or a node of the input. */
final class Subjects {

    /** {@code x86-64-v3}, {@code v3}, {@code x86_64_v3}, {@code amd64v3}, {@code GOAMD64=v3}. */
    private static final Pattern LEVEL =
            Pattern.compile("(?:x86[-_]64[-_]|amd64[-_]?|goamd64=)?v([1-4])", Pattern.CASE_INSENSITIVE);

    private static final int LONGEST_SHOWN = 63;

    private final CpuCatalog catalog;
    private final FlagSpellings spellings;
    private final Collection<NodeCpu> nodes;

    Subjects(CpuCatalog catalog, FlagSpellings spellings, Collection<NodeCpu> nodes) {
        this.catalog = catalog;
        this.spellings = spellings;
        this.nodes = nodes;
    }

    /**
     * What is meant.
     *
     * @param subject the one thing
     * @param others what the word may mean besides, less exactly
     */
    record Found(Subject subject, List<Subject> others) {}

    /** Why a word can't be explained, in a sentence that says what to do. */
    static final class NotFound extends Exception {
        private static final long serialVersionUID = 1;

        NotFound(String message) {
            super(message);
        }
    }

    /**
     * The one thing that is meant.
     *
     * @param kind what kind it must be; null for any
     * @param word the user's word
     * @throws NotFound if it is nothing, or more than one thing
     */
    Found find(@Nullable Kind kind, String word) throws NotFound {
        List<Subject> exact = new ArrayList<>();
        List<Subject> loose = new ArrayList<>();
        for (Kind each : Kind.values()) {
            if (kind == null || kind == each) {
                for (Subject subject : of(each, word)) {
                    (subject.name().equals(word) ? exact : loose).add(subject);
                }
            }
        }
        List<Subject> found = exact.isEmpty() ? loose : exact;
        if (found.size() == 1) {
            return new Found(found.get(0), exact.isEmpty() ? List.of() : List.copyOf(loose));
        }
        throw new NotFound(found.isEmpty() ? nothing(kind, word) : several(word, found));
    }

    private List<Subject> of(Kind kind, String word) {
        return switch (kind) {
            case level -> levels(word);
            case model -> models(word).<Subject>map(Subject.Model::new).toList();
            case node -> nodes(word);
            case flag -> flags(word);
        };
    }

    private static List<Subject> levels(String word) {
        Matcher level = LEVEL.matcher(word);
        return level.matches()
                ? List.of(new Subject.Level(
                        AbiLevel.parse("x86-64-v" + level.group(1)).orElseThrow()))
                : List.of();
    }

    /** In anybody's spelling; one that the catalog lacks only as some node's label has it. */
    private List<Subject> flags(String word) {
        Set<String> features = new LinkedHashSet<>();
        spellings
                .meanings(word)
                .forEach(meaning -> features.addAll(meaning.features().names()));
        if (features.isEmpty()
                && someNode(evidence -> evidence.labelledFeatures().contains(word))) {
            features.add(word);
        }
        return features.stream().<Subject>map(Subject.Flag::new).toList();
    }

    private Stream<CpuModel> models(String word) {
        Optional<CpuModel> exact = catalog.model(word);
        return exact.isPresent()
                ? exact.stream()
                : catalog.models().stream().filter(model -> model.name().equalsIgnoreCase(word));
    }

    /** By its name, or by what stands before the first dot of it. */
    private List<Subject> nodes(String word) {
        List<Subject> named = nodes.stream()
                .filter(node -> node.name().equals(word))
                .<Subject>map(Subject.Node::new)
                .toList();
        return named.isEmpty()
                ? nodes.stream()
                        .filter(node -> node.name().startsWith(word + "."))
                        .<Subject>map(Subject.Node::new)
                        .toList()
                : named;
    }

    private static String several(String word, List<Subject> found) {
        return "\"%s\" is several things. Say which: %s".formatted(shown(word), commands(found));
    }

    /** The commands that name these things without any doubt. */
    static String commands(List<Subject> subjects) {
        return subjects.stream()
                .map(subject -> "explain %s %s".formatted(subject.kind(), subject.name()))
                .collect(Collectors.joining(", "));
    }

    private boolean someNode(Predicate<CpuEvidence> is) {
        return nodes.stream().map(NodeCpu::evidence).anyMatch(is);
    }

    private String nothing(@Nullable Kind kind, String word) {
        if (someNode(evidence -> evidence.labelledModels().contains(word))) {
            return "KubeVirt labels nodes with the model %s, and the catalog %s does not have it: it is never chosen."
                    .formatted(shown(word), catalog.version());
        }
        if (kind == null || kind == Kind.flag) {
            List<Meaning> meanings = spellings.meanings(word);
            Optional<Meaning> noted = meanings.stream()
                    .filter(meaning -> !meaning.note().isEmpty())
                    .findFirst();
            if (noted.isPresent()) {
                return "%s of %s proves nothing: %s."
                        .formatted(word, noted.get().whose(), noted.get().note().replaceFirst("\\.$", ""));
            }
            if (!meanings.isEmpty()) {
                return "%s is a word of %s that stands for no feature that a guest could have."
                        .formatted(word, meanings.get(0).whose());
            }
        }
        String what = kind == null ? "flag, model, level or node" : kind.name();
        return "there is no %s \"%s\"%s.%s"
                .formatted(
                        what,
                        shown(word),
                        kind == Kind.node || kind == null ? inTheInput(kind) : "",
                        meant(kind, word));
    }

    private String inTheInput(@Nullable Kind kind) {
        if (nodes.isEmpty()) {
            return kind == Kind.node ? ": no nodes were read" : "";
        }
        return kind == Kind.node ? " among the %d of the input".formatted(nodes.size()) : "";
    }

    private String meant(@Nullable Kind kind, String word) {
        List<String> near = new ArrayList<>();
        if (kind == null || kind == Kind.flag) {
            Spelling.nearest(word, spellings.all()).ifPresent(near::add);
        }
        if (kind == null || kind == Kind.model) {
            Spelling.nearest(word, catalog.models().stream().map(CpuModel::name).toList())
                    .ifPresent(near::add);
        }
        if (kind == null || kind == Kind.node) {
            Spelling.nearest(word, nodes.stream().map(NodeCpu::name).toList()).ifPresent(near::add);
        }
        if (kind == Kind.level || word.toLowerCase(Locale.ROOT).startsWith("x86")) {
            near.add("x86-64-v1 to x86-64-v4");
        }
        return near.isEmpty()
                ? ""
                : " Did you mean %s?"
                        .formatted(String.join(" or ", near.stream().distinct().toList()));
    }

    private static String shown(String word) {
        String clean = word.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= LONGEST_SHOWN ? clean : clean.substring(0, LONGEST_SHOWN) + "…";
    }
}
