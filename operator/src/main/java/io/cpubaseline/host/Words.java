package io.cpubaseline.host;

import java.util.Set;
import java.util.TreeSet;

/** Words between white space. */
final class Words {

    private Words() {}

    /** The words, each once. */
    static Set<String> of(String text) {
        Set<String> words = new TreeSet<>();
        for (String word : text.split("\\s+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
