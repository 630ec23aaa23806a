# Completes texts in an interactive zsh on a terminal of its own: zsh -f complete.zsh SCRIPT TEXT... prints each line as the Tab key leaves it.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT='' RPROMPT=''; autoload -Uz compinit; compinit -D -u; source ${(q)1}; \
show() { print -r -- \"<<\$BUFFER>>\"; BUFFER='' }; zle -N show; bindkey '^X' show; bindkey '^I' complete-word; print READ''Y"
all=''
until [[ $all == *READY* ]]; do
  zpty -r shell line || exit 1
  all+=$line
done
shift
for text in "$@"; do
  zpty -n -w shell $text$'\t\x18'
  all=''
  until [[ $all == *'<<'*'>>'* ]]; do
    zpty -r shell line || exit 1
    all+=$line
  done
  all=${all##*<<}
  print -r -- "${all%%>>*}"
done
zpty -d shell
