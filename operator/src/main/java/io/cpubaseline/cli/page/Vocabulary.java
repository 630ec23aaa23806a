package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;

import io.cpubaseline.cli.html.Html;
import java.util.ArrayList;
import java.util.List;

/** The words of the page, for those who read it without having made it. */
final class Vocabulary {

    private record Word(String word, String meaning) {}

    private static final List<Word> WORDS = List.of(
            new Word(
                    "Baseline",
                    "the CPU that all nodes that count can give to a virtual machine: a CPU model, and features required beside it."),
            new Word(
                    "Level",
                    "one of four steps of the x86-64 instruction set, x86-64-v1 to x86-64-v4. Operating systems and programs are built for a level; each"
                            + " contains the one before."),
            new Word("CPU model", "a CPU that QEMU and libvirt know by name: a fixed set of features."),
            new Word("Feature", "one ability of a CPU, such as avx2, by libvirt's name."),
            new Word("Kind", "nodes with the same CPU features."),
            new Word("Guest", "the operating system in a virtual machine."),
            new Word("Live migration", "moving a virtual machine to another node while it runs."),
            new Word(
                    "Mitigation control",
                    "a feature by which a guest's kernel defends itself against attacks such as Spectre."),
            new Word(
                    "Unknown",
                    "a node of which something is missing, such as its labels. It changes nothing until it is known."),
            new Word("Unfit", "a node that is known and can't take the baseline. It does not pull the baseline down."),
            new Word(
                    "NOT PROVEN",
                    "only the hardware's flags are known. What a guest gets is up to the kernel, QEMU and libvirt of that node too."));

    private Vocabulary() {}

    static Section section() {
        List<Html> words = new ArrayList<>();
        WORDS.forEach(word -> words.add(element("div", element("dt", word.word()), element("dd", word.meaning()))));
        return Section.of("words", "Words on this page", element("dl", words).of("facts"));
    }
}
