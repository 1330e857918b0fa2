/** What a shell completes: made of oclif's manifest. */
export interface CompletionCommand {
  /** With spaces: `rollout undo`. */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletionFlag[];
}

export interface CompletionFlag {
  readonly name: string;
  readonly char?: string;
  readonly summary: string;
  readonly takesValue: boolean;
  /** The values it takes, when there are only so many. */
  readonly options: readonly string[];
  /** Its value is a path. */
  readonly isPath: boolean;
}

/** Words that may follow a command's words: `rollout` → `undo`, `status`, …; the empty text → all first words. */
export function nextWords(commands: readonly CompletionCommand[]): Map<string, Map<string, string>> {
  const next = new Map<string, Map<string, string>>();
  for (const { name, summary } of commands) {
    const words = name.split(' ');
    words.forEach((word, i) => {
      const before = words.slice(0, i).join(' ');
      const known = next.get(before) ?? new Map<string, string>();
      next.set(before, known);
      if (i === words.length - 1 || !known.has(word)) known.set(word, i === words.length - 1 ? summary : `${word} …`);
    });
  }
  return next;
}

/** `--name` and, where there is one, `-c`. */
export function spellings({ name, char }: CompletionFlag): string[] {
  return char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`];
}
