package io.cpubaseline.cli.completion;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cpu-baseline completion}: prints a script for a shell. */
@Command(
        name = CompletionCommand.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script by which a shell completes commands, options and their values.",
            "",
            "bash, for this session, and for every one:",
            "  source <(cpu-baseline completion bash)",
            "  cpu-baseline completion bash \\",
            "    > ~/.local/share/bash-completion/completions/cpu-baseline",
            "zsh, in ~/.zshrc behind compinit:",
            "  source <(cpu-baseline completion zsh)",
            "fish:",
            "  cpu-baseline completion fish > ~/.config/fish/completions/cpu-baseline.fish",
            "kubectl cpu-baseline, in whatever shell kubectl itself is completed (kubectl 1.26 and later):",
            "  cpu-baseline completion kubectl > ~/.local/bin/kubectl_complete-cpu_baseline",
            "  chmod +x ~/.local/bin/kubectl_complete-cpu_baseline"
        })
public final class CompletionCommand implements Callable<Integer> {

    /** The command's name. */
    static final String NAME = "completion";

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private Script shell;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private final Supplier<CommandLine> program;

    /**
     * The command.
     *
     * @param program makes the whole program, with all its commands
     */
    public CompletionCommand(Supplier<CommandLine> program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(shell.of(Vocabulary.of(program.get())));
        out.flush();
        return 0;
    }
}
