package io.cpubaseline.cli.completion;

import io.cpubaseline.cli.completion.Vocabulary.Command;
import io.cpubaseline.cli.completion.Vocabulary.Option;
import io.cpubaseline.cli.completion.Vocabulary.Value;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Completion for one shell, as that shell's own program. */
enum Script {
    /** Bash 4 and later; needs nothing of the package bash-completion. */
    bash {
        @Override
        String of(Vocabulary vocabulary) {
            return """
                    # bash completion for cpu-baseline: source <(cpu-baseline completion bash)
                    %s
                    complete -F _cpu_baseline cpu-baseline
                    """.formatted(function(vocabulary));
        }
    },
    /** Zsh 5 and later. */
    zsh {
        @Override
        String of(Vocabulary vocabulary) {
            StringBuilder values = new StringBuilder();
            StringBuilder words = new StringBuilder();
            for (Command command : vocabulary.commands()) {
                command.options().forEach(option -> {
                    String action = switch (option.value()) {
                        case NONE -> "";
                        case WORDS -> "compadd -- " + String.join(" ", option.words());
                        case FILE -> "_files";
                        case CONTEXT -> "compadd -- ${(f)\"$(kubectl config get-contexts -o name 2>/dev/null)\"}";
                        case ANY -> "_message " + option.names().get(0);
                    };
                    if (!action.isEmpty()) {
                        values.append("    %s) %s; return ;;%n".formatted(patterns(command, option), action));
                    }
                });
                words.append("    %s)%n".formatted(command.name()));
                if (!command.words().isEmpty()) {
                    words.append("      [[ $PREFIX == -* ]] || { compadd -- %s; return }%n"
                            .formatted(String.join(" ", command.words())));
                }
                words.append("      choices=(%s)%n      _describe -o option choices ;;%n".formatted(options(command)));
            }
            return """
                    #compdef cpu-baseline
                    # zsh completion for cpu-baseline: source <(cpu-baseline completion zsh), after compinit
                    _cpu-baseline() {
                      local command= prev=$words[CURRENT-1] i
                      local -a choices
                      for ((i = 2; i < CURRENT; i++)); do
                        [[ $words[i] == -* ]] || { command=$words[i]; break }
                      done
                      if [[ $PREFIX == --*=* ]]; then
                        prev=${PREFIX%%%%=*}
                        compset -P '--*='
                      fi
                      case $command:$prev in
                    %s  esac
                      case $command in
                        '')
                          choices=(%s)
                          _describe command choices ;;
                    %s  esac
                    }
                    if [[ $funcstack[1] == _cpu-baseline ]]; then
                      _cpu-baseline "$@"
                    else
                      compdef _cpu-baseline cpu-baseline
                    fi
                    """.formatted(
                            values,
                            vocabulary.commands().stream()
                                    .map(command -> "'%s:%s'".formatted(command.name(), command.description()))
                                    .collect(Collectors.joining(" ")),
                            words);
        }

        private static String options(Command command) {
            return command.options().stream()
                    .flatMap(option ->
                            option.names().stream().map(name -> "'%s:%s'".formatted(name, option.description())))
                    .collect(Collectors.joining(" "));
        }
    },
    /** Fish 3 and later. */
    fish {
        @Override
        String of(Vocabulary vocabulary) {
            StringBuilder text = new StringBuilder("""
                    # fish completion for cpu-baseline: cpu-baseline completion fish | source
                    complete -c cpu-baseline -f
                    """);
            String all = vocabulary.commands().stream().map(Command::name).collect(Collectors.joining(" "));
            for (Command command : vocabulary.commands()) {
                text.append("complete -c cpu-baseline -n 'not __fish_seen_subcommand_from %s' -a %s -d '%s'%n"
                        .formatted(all, command.name(), command.description()));
                String when = "-n '__fish_seen_subcommand_from %s'".formatted(command.name());
                if (!command.words().isEmpty()) {
                    text.append(
                            "complete -c cpu-baseline %s -a '%s'%n".formatted(when, String.join(" ", command.words())));
                }
                command.options()
                        .forEach(option -> text.append("complete -c cpu-baseline %s %s -d '%s'%s%n"
                                .formatted(when, names(option), option.description(), value(option))));
            }
            return text.toString();
        }

        private static String names(Option option) {
            return option.names().stream()
                    .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                    .collect(Collectors.joining(" "));
        }

        private static String value(Option option) {
            return switch (option.value()) {
                case NONE -> "";
                case WORDS -> " -x -a '%s'".formatted(String.join(" ", option.words()));
                case FILE -> " -r -F";
                case CONTEXT -> " -x -a '(kubectl config get-contexts -o name 2>/dev/null)'";
                case ANY -> " -x";
            };
        }
    },
    /**
     * The program {@code kubectl_complete-cpu_baseline}, which kubectl 1.26 and later runs to complete {@code kubectl cpu-baseline} (kubernetes.io, "Extend
     * kubectl with plugins"). It ends with a directive of cobra: 0 asks for names of files, 4 for none.
     */
    kubectl {
        @Override
        String of(Vocabulary vocabulary) {
            return """
                    #!/usr/bin/env bash
                    # Completion for kubectl cpu-baseline, on the PATH as kubectl_complete-cpu_baseline and executable:
                    #   cpu-baseline completion kubectl > kubectl_complete-cpu_baseline
                    %s
                    COMP_WORDS=(cpu-baseline "$@")
                    COMP_CWORD=$#
                    _cpu_baseline
                    if [[ -n $_cpu_baseline_files ]]; then
                      echo :0
                    else
                      ((${#COMPREPLY[@]} == 0)) || printf '%%s\\n' "${COMPREPLY[@]}"
                      echo :4
                    fi
                    """.formatted(function(vocabulary));
        }
    };

    /** The script, for what may be typed. */
    abstract String of(Vocabulary vocabulary);

    /** The option's names behind the command's, as patterns of a {@code case}. */
    private static String patterns(Command command, Option option) {
        return option.names().stream()
                .map(name -> "%s:%s".formatted(command.name(), name))
                .collect(Collectors.joining(" | "));
    }

    /** The function that sets {@code COMPREPLY}, and {@code _cpu_baseline_files} where names of files are wanted. */
    private static String function(Vocabulary vocabulary) {
        StringBuilder values = new StringBuilder();
        StringBuilder words = new StringBuilder();
        for (Command command : vocabulary.commands()) {
            command.options().forEach(option -> {
                String action = switch (option.value()) {
                    case NONE -> "";
                    case WORDS -> "words='%s'".formatted(String.join(" ", option.words()));
                    case FILE -> "_cpu_baseline_files=yes";
                    case CONTEXT -> "words=$(kubectl config get-contexts -o name 2>/dev/null)";
                    case ANY -> "return";
                };
                if (option.value() != Value.NONE) {
                    values.append("    %s) %s ;;%n".formatted(patterns(command, option), action));
                }
            });
            words.append("    %s) words='%s' ;;%n"
                    .formatted(
                            command.name(),
                            Stream.concat(command.words().stream(), names(command.options()))
                                    .collect(Collectors.joining(" "))));
        }
        return """
                _cpu_baseline() {
                  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i
                  _cpu_baseline_files=''
                  COMPREPLY=()
                  # --option=value comes as three words in bash, as one in kubectl
                  if [[ $cur == = ]]; then
                    cur=''
                  elif [[ $prev == = ]]; then
                    prev=${COMP_WORDS[COMP_CWORD - 2]}
                  elif [[ $cur == --*=* ]]; then
                    prev=${cur%%%%=*}
                  fi
                  for ((i = 1; i < COMP_CWORD; i++)); do
                    if [[ ${COMP_WORDS[i]} != -* ]]; then
                      command=${COMP_WORDS[i]}
                      break
                    fi
                  done
                  case $command:$prev in
                %s    *)
                      case $command in
                      '') words='%s' ;;
                %s      esac
                      ;;
                  esac
                  if [[ -n $_cpu_baseline_files ]]; then
                    compopt -o filenames 2>/dev/null || true
                    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
                  elif [[ $cur == --*=* ]]; then
                    mapfile -t COMPREPLY < <(compgen -P "$prev=" -W "$words" -- "${cur#*=}")
                  else
                    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
                  fi
                }""".formatted(
                        values,
                        Stream.concat(vocabulary.commands().stream().map(Command::name), names(vocabulary.options()))
                                .collect(Collectors.joining(" ")),
                        words);
    }

    private static Stream<String> names(List<Option> options) {
        return options.stream().flatMap(option -> option.names().stream());
    }
}
