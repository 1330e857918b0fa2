import { type CompletionCommand, type CompletionFlag, nextWords, spellings } from './model.ts';

/** A bash function for `complete -F`; works without the bash-completion package. */
export function bashCompletion(commands: readonly CompletionCommand[]): string {
  const topics = [...nextWords(commands)].map(
    ([before, words]) => `    '${before}') next='${[...words.keys()].join(' ')}' ;;`,
  );
  const flags = commands.map(
    ({ name, flags: known }) => `    '${name}') flags='${known.flatMap(spellings).join(' ')}' ;;`,
  );
  return `# stowage completion for bash: source <(stowage autocomplete bash)
_stowage() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words='' word next='' flags=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && break
    words="\${words:+$words }$word"
  done
  while :; do
    case "$words" in
${indent(flags)}
    esac
    [[ -n $flags || $words != *' '* ]] && break
    words=\${words% *}
  done
  case "$words $prev" in
${values(commands).join('\n')}
  esac
  case "$words" in
${topics.join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $next && $prev != -* ]]; then COMPREPLY=($(compgen -W "$next" -- "$cur"))
  fi
}
complete -F _stowage stowage
`;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Flags whose value can be completed. */
function values(commands: readonly CompletionCommand[]): string[] {
  return commands.flatMap(({ name, flags }) =>
    flags.filter(isCompletable).map((flag) => {
      const patterns = spellings(flag).map((spelling) => `'${name} ${spelling}'`);
      const words = flag.isPath ? '-f' : `-W '${flag.options.join(' ')}'`;
      const paths = flag.isPath ? 'compopt -o filenames 2>/dev/null; ' : '';
      return `    ${patterns.join('|')}) ${paths}COMPREPLY=($(compgen ${words} -- "$cur")); return ;;`;
    }),
  );
}

function isCompletable({ isPath, options }: CompletionFlag): boolean {
  return isPath || options.length > 0;
}
