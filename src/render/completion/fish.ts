import { type CompletionCommand, type CompletionFlag, nextWords } from './model.ts';

/** Lines for `~/.config/fish/completions/stowage.fish`. */
export function fishCompletion(commands: readonly CompletionCommand[]): string {
  const words = [...nextWords(commands)].flatMap(([before, next]) =>
    [...next].map(
      ([word, text]) =>
        `complete -c stowage -n ${quote(`__stowage_at ${before}`.trim())} -f -a ${word} -d ${quote(text)}`,
    ),
  );
  const flags = commands.flatMap(({ name, flags: known }) => known.map((flag) => flagLine(name, flag)));
  return `# stowage completion for fish: stowage autocomplete fish > ~/.config/fish/completions/stowage.fish
function __stowage_words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and break
        echo $word
    end
end
function __stowage_at
    set -l words (__stowage_words)
    test "$words" = "$argv"
end
function __stowage_in
    set -l words (__stowage_words)
    test "$words" = "$argv"; or string match -q -- "$argv *" "$words"
end
${[...words, ...flags].join('\n')}
`;
}

function flagLine(command: string, { name, char, summary, takesValue, options, isPath }: CompletionFlag): string {
  const value = takesValue
    ? ` -r${isPath ? ' -F' : ' -f'}${options.length > 0 ? ` -a ${quote(options.join(' '))}` : ''}`
    : '';
  const short = char === undefined ? '' : ` -s ${char}`;
  return `complete -c stowage -n ${quote(`__stowage_in ${command}`)}${short} -l ${name}${value} -d ${quote(summary)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
