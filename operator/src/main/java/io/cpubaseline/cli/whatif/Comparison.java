package io.cpubaseline.cli.whatif;

import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.whatif.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What nodes get before and after.
 *
 * @param vendor of which CPU vendor's; empty if of all together, or of those that tell none
 * @param before before
 * @param after after
 * @param difference what is different for guests
 */
record Comparison(String vendor, View before, View after, Difference difference) {

    /** By vendor; where one answer is for all, each vendor's is compared with it. */
    static List<Comparison> of(SortedMap<String, View> before, SortedMap<String, View> after, SelectionRules rules) {
        TreeSet<String> vendors = new TreeSet<>(before.keySet());
        vendors.addAll(after.keySet());
        if (vendors.size() > 1 && (onlyTogether(before) || onlyTogether(after))) {
            vendors.remove("");
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (String vendor : vendors) {
            View was = view(before, vendor);
            View is = view(after, vendor);
            comparisons.add(new Comparison(vendor, was, is, Difference.of(was.answer(), is.answer(), rules)));
        }
        return comparisons;
    }

    private static boolean onlyTogether(SortedMap<String, View> views) {
        return views.size() == 1 && views.containsKey("");
    }

    static View view(SortedMap<String, View> views, String vendor) {
        View own = views.get(vendor);
        if (own != null) {
            return own;
        }
        return onlyTogether(views) ? views.getOrDefault("", View.NOTHING) : View.NOTHING;
    }

    /** Whether guests get something else. */
    boolean changes() {
        return !before.answer().baseline().equals(after.answer().baseline());
    }

    /** Whether anything is different, be it the number of nodes. */
    boolean touched() {
        return changes()
                || before.selected() != after.selected()
                || !before.taking().equals(after.taking())
                || !before.whole().equals(after.whole())
                || !before.remarks().equals(after.remarks());
    }
}
