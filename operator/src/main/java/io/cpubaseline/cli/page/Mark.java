package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.Silicon;
import java.util.ArrayList;
import java.util.List;

/** Whether a kind of nodes has something, in a cell: never by colour alone, and in a word for those who hear the page. */
enum Mark {
    /** Guests there can have it. */
    YES("\u25cf", "yes"),
    /** Guests there can't have it. */
    NO("\u2013", "no"),
    /** The CPU has it, and guests don't get it. */
    HIDDEN("\u25d0", "in the CPU, not for guests"),
    /** It means nothing there. */
    MEANINGLESS("\u00b7", "not for this vendor");

    private final String symbol;
    private final String word;

    Mark(String symbol, String word) {
        this.symbol = symbol;
        this.word = word;
    }

    static Mark of(boolean yes) {
        return yes ? YES : NO;
    }

    /** Whether guests on this kind of nodes can have a level. */
    static Mark of(Kind kind, AbiLevel level) {
        if (kind.level().atLeast(level)) {
            return YES;
        }
        Silicon silicon = kind.evidence().silicon();
        return silicon.source() != Silicon.Source.NONE && silicon.provenLevel().atLeast(level) ? HIDDEN : NO;
    }

    /** Whether guests on this kind of nodes can have a feature. */
    static Mark of(Kind kind, String feature) {
        if (kind.cpuClass().usable().contains(feature)) {
            return YES;
        }
        return kind.evidence().silicon().present().contains(feature) ? HIDDEN : NO;
    }

    /** A cell with it. */
    Element cell() {
        return element("td", Parts.seen(symbol), Parts.heard(word)).of("mark " + cssClass());
    }

    private String cssClass() {
        return switch (this) {
            case YES -> "yes";
            case NO -> "no";
            case HIDDEN -> "hidden";
            case MEANINGLESS -> "none";
        };
    }

    /** What the symbols mean. */
    static Html legend(boolean hidden, boolean meaningless) {
        List<Html> pieces = new ArrayList<>();
        for (Mark mark : values()) {
            boolean used = mark == YES || mark == NO || mark == HIDDEN && hidden || mark == MEANINGLESS && meaningless;
            if (used) {
                pieces.add(element("span", element("span", mark.symbol).of(mark.cssClass()), text(" " + mark.word)));
            }
        }
        // Who hears the page hears the words in the cells.
        return element("p", pieces).of("legend").with("aria-hidden", "true");
    }
}
