package io.cpubaseline.cli.explain;

import io.cpubaseline.cli.text.Page;
import java.util.ArrayList;
import java.util.List;

/** Where claims are from: a number behind each claim, and the sources by their numbers at the end. */
final class Sources {

    private final List<String> all = new ArrayList<>();

    /** The number to put behind a claim, with a space before it; empty where nothing is named. */
    String mark(String source) {
        if (source.isEmpty()) {
            return "";
        }
        int known = all.indexOf(source);
        if (known < 0) {
            all.add(source);
            known = all.size() - 1;
        }
        return " [%d]".formatted(known + 1);
    }

    /** Prints them. */
    void print(Page page) {
        if (!all.isEmpty()) {
            page.heading("Sources");
            for (int i = 0; i < all.size(); i++) {
                page.item("[%d] %s".formatted(i + 1, all.get(i)));
            }
        }
    }
}
