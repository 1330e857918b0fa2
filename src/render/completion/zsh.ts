import { type CompletionCommand, type CompletionFlag, nextWords } from './model.ts';

/** A zsh completion function, for a file `_stowage` in `$fpath` or for `source <(…)`. */
export function zshCompletion(commands: readonly CompletionCommand[]): string {
  const topics = [...nextWords(commands)].map(
    ([before, words]) =>
      `    ${quote(before)}) next=(${[...words].map(([word, text]) => quote(`${escapeColon(word)}:${text}`)).join(' ')}) ;;`,
  );
  const flags = commands.map(
    ({ name, flags: known }) => `    ${quote(name)})\n      flags=(${known.flatMap(specs).map(quote).join(' ')}) ;;`,
  );
  return `#compdef stowage
# stowage completion for zsh: stowage autocomplete zsh > "\${fpath[1]}/_stowage"
_stowage() {
  local words_='' word i=2
  local -a next flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && break
    words_="\${words_:+$words_ }$word"
  done
  case $words_ in
${topics.join('\n')}
  esac
  if (( $#next )) && [[ $PREFIX != -* && \${words[CURRENT-1]} != -* ]]; then
    _describe command next
    return
  fi
  while [[ -n $words_ ]]; do
    case $words_ in
${flags.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')}
    esac
    (( $#flags )) && break
    [[ $words_ == *' '* ]] || break
    words_=\${words_% *}
  done
  (( $#flags )) && _arguments -s : $flags '*:argument:'
}
if [[ $funcstack[1] == _stowage ]]; then _stowage "$@"; else compdef _stowage stowage; fi
`;
}

function specs({ name, char, summary, takesValue, options, isPath }: CompletionFlag): string[] {
  const action = isPath ? '_files' : options.length > 0 ? `(${options.join(' ')})` : ' ';
  const value = takesValue ? `:${name}:${action}` : '';
  const text = `[${summary.replace(/[[\]:\\]/g, (character) => `\\${character}`)}]${value}`;
  return [
    `*--${name}${takesValue ? '=' : ''}${text}`,
    ...(char === undefined ? [] : [`*-${char}${takesValue ? '+' : ''}${text}`]),
  ];
}

function escapeColon(word: string): string {
  return word.replaceAll(':', '\\:');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
