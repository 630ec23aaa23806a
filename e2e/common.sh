# Sourced by the commands of this folder, which set $here.

# Prints the comment at the top of the command, which is its help, and ends it.
show_help() {
  sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
  exit 0
}

# wrong WORDS: bad input. Exit code 2, nothing has been built or started.
wrong() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# Nodes are looked for before anything is built.
check_nodes() { # check_nodes PATH
  [[ -e $1 ]] || wrong "--nodes: there is no file or directory $1"
}

# run_java CLASS ARGUMENT…: becomes a command of the lab. What libraries have to say goes into their own logs, not between its output.
run_java() {
  exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlab.log=off -cp "$classpath" "$@"
}
