package io.cpubaseline.cli.explain;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.FlagSpellings;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.explain.Explaining;
import io.cpubaseline.explain.Facts;
import io.cpubaseline.explain.NodeAccount;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.EvidenceRemarks;
import java.util.List;

/** Explains what a user means, for people and for programs. */
final class Explanations {

    private final Planner planner;
    private final Explaining explaining;
    private final FlagSpellings spellings;
    private final AskedFleet fleet;

    Explanations(Planner planner, Facts facts, FlagSpellings spellings, AskedFleet fleet) {
        this.planner = planner;
        this.explaining = new Explaining(planner, facts);
        this.spellings = spellings;
        this.fleet = fleet;
    }

    /** For people; with {@code all} nothing is left out. */
    List<String> lines(Subject subject, boolean all) {
        Page page = new Page();
        Sources sources = new Sources();
        Phrases phrases = new Phrases(sources, all);
        if (subject instanceof Subject.Flag flag) {
            new FlagText(page, sources, phrases)
                    .print(explaining.flag(flag.name(), fleet.groups(), fleet.views()), spellings);
        } else if (subject instanceof Subject.Model model) {
            new ModelText(page, sources, phrases).print(explaining.model(model.model(), fleet.groups(), fleet.views()));
        } else if (subject instanceof Subject.Level level) {
            new LevelText(page, sources, phrases).print(explaining.level(level.level(), fleet.groups(), fleet.views()));
        } else if (subject instanceof Subject.Node node) {
            new NodeText(page, sources, phrases).print(account(node.node()), remarks(node.node()));
        }
        return page.lines();
    }

    /** For programs. */
    Object document(Subject subject) {
        Documents documents = new Documents(spellings);
        if (subject instanceof Subject.Flag flag) {
            return documents.flag(explaining.flag(flag.name(), fleet.groups(), fleet.views()));
        }
        if (subject instanceof Subject.Model model) {
            return documents.model(explaining.model(model.model(), fleet.groups(), fleet.views()));
        }
        if (subject instanceof Subject.Level level) {
            return documents.level(explaining.level(level.level(), fleet.groups(), fleet.views()));
        }
        NodeCpu node = ((Subject.Node) subject).node();
        return documents.node(account(node), remarks(node));
    }

    private NodeAccount account(NodeCpu node) {
        return explaining.node(node, fleet.group(node), fleet.views());
    }

    /** What is odd about a node's evidence. */
    private List<String> remarks(NodeCpu node) {
        return EvidenceRemarks.of(planner.assess(List.of(node), Policy.open(), null));
    }
}
