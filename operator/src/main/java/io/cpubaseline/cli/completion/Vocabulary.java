package io.cpubaseline.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What may be typed, as far as completion knows it.
 *
 * @param commands the commands, in the order of the help
 * @param options what every command line may begin with
 */
record Vocabulary(List<Command> commands, List<Option> options) {

    /** What kind of value follows an option. */
    enum Value {
        /** None. */
        NONE,
        /** One of some words. */
        WORDS,
        /** A file or directory. */
        FILE,
        /** A context of the kubeconfig. */
        CONTEXT,
        /** Anything: there is nothing to propose. */
        ANY
    }

    /**
     * A command.
     *
     * @param words what its first argument may be; empty if that is anybody's guess
     */
    record Command(String name, String description, List<Option> options, List<String> words) {}

    /**
     * An option.
     *
     * @param names all its names, the long ones last
     * @param words what its value may be, for {@link Value#WORDS}
     */
    record Option(List<String> names, String description, Value value, List<String> words) {}

    /** How options are labelled that are switched on and off. */
    private static final String SWITCH = "true|false";

    private static final Set<String> FILES = Set.of("PATH", "FILE", "DIRECTORY");

    /** That of a program. */
    static Vocabulary of(CommandLine program) {
        List<Command> commands = new ArrayList<>();
        program.getSubcommands().forEach((name, command) -> commands.add(command(name, command.getCommandSpec())));
        if (!program.getSubcommands().containsKey(CompletionCommand.NAME)) {
            throw new IllegalStateException("made for a program without this command");
        }
        List<String> names = commands.stream().map(Command::name).toList();
        return new Vocabulary(
                commands.stream()
                        .map(command -> command.name().equals("help")
                                ? new Command(command.name(), command.description(), command.options(), names)
                                : command)
                        .toList(),
                options(program.getCommandSpec()));
    }

    private static Command command(String name, CommandSpec spec) {
        List<String> words = spec.positionalParameters().stream()
                .map(PositionalParamSpec::completionCandidates)
                .filter(candidates -> candidates != null)
                .flatMap(candidates -> listed(candidates).stream())
                .toList();
        return new Command(name, sentence(spec.usageMessage().description()), options(spec), words);
    }

    private static List<Option> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .map(Vocabulary::option)
                .toList();
    }

    private static Option option(OptionSpec option) {
        List<String> words = option.completionCandidates() != null
                ? listed(option.completionCandidates())
                : option.paramLabel().equals(SWITCH) ? List.of(SWITCH.split("\\|")) : List.of();
        return new Option(
                Stream.of(option.names()).toList(),
                sentence(option.description()),
                option.arity().max() == 0 ? Value.NONE : value(option, words),
                words);
    }

    private static Value value(ArgSpec option, List<String> words) {
        String label = option.paramLabel().toUpperCase(Locale.ROOT);
        if (!words.isEmpty()) {
            return Value.WORDS;
        }
        if (option instanceof OptionSpec named && List.of(named.names()).contains("--context")) {
            return Value.CONTEXT;
        }
        return FILES.stream().anyMatch(label::contains) ? Value.FILE : Value.ANY;
    }

    private static List<String> listed(Iterable<String> words) {
        List<String> list = new ArrayList<>();
        words.forEach(list::add);
        return list;
    }

    /** The first sentence, without anything that a shell would take for more than text. */
    private static String sentence(String... description) {
        String text = description.length == 0
                ? ""
                : Ansi.OFF.string(description[0].replace("${COMPLETION-CANDIDATES}", "The format"));
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end))
                .replaceAll("[^A-Za-z0-9 ,;()/+.-]", "")
                .replaceAll("\\s+", " ")
                .replaceAll("\\.$", "")
                .strip();
    }
}
