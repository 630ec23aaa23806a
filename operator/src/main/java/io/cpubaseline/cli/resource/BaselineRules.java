package io.cpubaseline.cli.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules that the custom resource definition states in CEL, which an API server evaluates. Each is known here by its text; a test
 * sees to it that none is missing.
 */
final class BaselineRules {

    /** {@code self.matches('…')}: the one rule that is taken from the definition itself. */
    private static final Pattern MATCHES = Pattern.compile("self\\.matches\\('(.*)'\\)");

    /** A part of a message: a text in quotes, or an expression. */
    private static final Pattern MESSAGE_PART = Pattern.compile("\"([^\"]*)\"|[^\"+\\s][^\"+]*[^\"+\\s]");

    private static final Pattern LABEL_KEY =
            Pattern.compile("^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$");

    private static final Pattern LABEL_VALUE = Pattern.compile("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$");

    private static final int LONGEST_LABEL_KEY = 317;
    private static final int LONGEST_NAME = 63;

    private static final Map<String, Predicate<JsonNode>> RULES = Map.of(
            "self.metadata.name.size() <= 63",
            self -> self.at("/metadata/name").asText().length() <= LONGEST_NAME,
            "!(self in ['host-model', 'host-passthrough'])",
            self -> !List.of("host-model", "host-passthrough").contains(self.asText()),
            "self.all(key, key.size() <= 317 && key.matches('" + LABEL_KEY + "'))",
            self -> keys(self).stream()
                    .allMatch(key -> key.length() <= LONGEST_LABEL_KEY
                            && LABEL_KEY.matcher(key).find()),
            "self.all(key, self[key].matches('" + LABEL_VALUE + "'))",
            self -> keys(self).stream()
                    .allMatch(
                            key -> LABEL_VALUE.matcher(self.path(key).asText()).find()),
            "!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum",
            self -> !self.has("minimum")
                    || !self.has("maximum")
                    || self.path("minimum")
                                    .asText()
                                    .compareTo(self.path("maximum").asText())
                            <= 0,
            "!has(self.name) || !has(self.exclude) || !(self.name in self.exclude)",
            self -> !self.has("name")
                    || !texts(self, "exclude").contains(self.path("name").asText()),
            "!has(self.require) || !has(self.exclude) || self.require.all(feature, !(feature in self.exclude))",
            self -> requiredAndExcluded(self).isEmpty(),
            "!(self.operator in ['In', 'NotIn']) || (has(self.values) && self.values.size() > 0)",
            self -> !takesValues(self) || !texts(self, "values").isEmpty(),
            "self.operator in ['In', 'NotIn'] || !has(self.values) || self.values.size() == 0",
            self -> takesValues(self) || texts(self, "values").isEmpty());

    private static final Map<String, Function<JsonNode, String>> EXPRESSIONS = Map.of(
            "self", JsonNode::asText,
            "self.name", self -> self.path("name").asText(),
            "self.key", self -> self.path("key").asText(),
            "self.operator", self -> self.path("operator").asText(),
            "self.minimum", self -> self.path("minimum").asText(),
            "self.maximum", self -> self.path("maximum").asText(),
            "self.require.filter(feature, feature in self.exclude)[0]",
                    self -> requiredAndExcluded(self).get(0));

    private BaselineRules() {}

    /**
     * What a rule says about a value that breaks it; nothing about one that keeps it.
     *
     * @param rule an element of {@code x-kubernetes-validations}
     * @param self the value
     */
    static Optional<String> violation(JsonNode rule, JsonNode self) {
        return holds(rule.path("rule").asText(), self) ? Optional.empty() : Optional.of(message(rule, self));
    }

    /** Whether this class can evaluate a rule and its message. */
    static boolean knows(JsonNode rule) {
        String text = rule.path("rule").asText();
        return (RULES.containsKey(text) || MATCHES.matcher(text).matches())
                && MESSAGE_PART
                        .matcher(rule.path("messageExpression").asText())
                        .results()
                        .allMatch(part -> part.group(1) != null || EXPRESSIONS.containsKey(part.group()));
    }

    private static boolean holds(String rule, JsonNode self) {
        Matcher matches = MATCHES.matcher(rule);
        if (matches.matches()) {
            return Pattern.compile(matches.group(1)).matcher(self.asText()).find();
        }
        Predicate<JsonNode> known = RULES.get(rule);
        if (known == null) {
            throw new IllegalStateException("the schema has a rule that is not known here: " + rule);
        }
        return known.test(self);
    }

    private static String message(JsonNode rule, JsonNode self) {
        if (rule.has("message")) {
            return rule.path("message").asText();
        }
        StringBuilder message = new StringBuilder();
        Matcher part = MESSAGE_PART.matcher(rule.path("messageExpression").asText());
        while (part.find()) {
            message.append(part.group(1) != null ? part.group(1) : expression(part.group(), self));
        }
        return message.toString();
    }

    private static String expression(String text, JsonNode self) {
        Function<JsonNode, String> known = EXPRESSIONS.get(text);
        if (known == null) {
            throw new IllegalStateException("the schema has an expression that is not known here: " + text);
        }
        return known.apply(self);
    }

    private static List<String> requiredAndExcluded(JsonNode features) {
        List<String> excluded = texts(features, "exclude");
        return texts(features, "require").stream().filter(excluded::contains).toList();
    }

    private static boolean takesValues(JsonNode term) {
        return List.of("In", "NotIn").contains(term.path("operator").asText());
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> texts(JsonNode object, String list) {
        return BaselineSchema.texts(object.path(list));
    }
}
