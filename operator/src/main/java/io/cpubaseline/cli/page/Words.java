package io.cpubaseline.cli.page;

import io.cpubaseline.cpu.AbiLevel;
import java.util.List;
import java.util.Locale;

/** How numbers and lists read in a sentence. */
final class Words {

    private static final int FEW = 5;

    private Words() {}

    /** {@code 5,000}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 node}, {@code 5,000 nodes}. */
    static String nodes(long number) {
        return count(number, "node");
    }

    /** A number of things. */
    static String count(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** {@code a, b and c}. */
    static String and(List<String> words) {
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.get(words.size() - 1);
    }

    /** The first few, and how many more. */
    static String some(List<String> names) {
        return some(names, FEW);
    }

    /** The first of them, and how many more. */
    static String some(List<String> names, int most) {
        return names.size() <= most
                ? and(names)
                : "%s and %s more".formatted(String.join(", ", names.subList(0, most)), number(names.size() - most));
    }

    /** A level as a word of a sentence. */
    static String level(AbiLevel level) {
        return level == AbiLevel.NONE ? "less than x86-64-v1" : level.label();
    }

    /** The vendor, or that it is not known. */
    static String vendor(String vendor) {
        return vendor.isEmpty() ? "unknown vendor" : vendor;
    }

    /** A message of the engine, which says elsewhere in a status what this page shows further down. */
    static String onPage(String message) {
        return message.replace(
                        "See status.limits for what blocks which model where.",
                        "What blocks which model where is below.")
                .replace("status.vendorBaselines shows what each would get", "what each would get is below");
    }
}
