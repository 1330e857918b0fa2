interface HelpEntry {
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly group?: unknown;
}

const GROUPS = ['Begin', 'Deploy', 'Look', 'Roll out', 'Data', 'Hosts', 'History', 'Mend'];

/** Where a command stands that names no group. */
const LAST = 'More';

/** The text of `stowage --help`: every command with its summary, by group. Made at build time, 80 columns. */
export function rootHelp(commands: readonly HelpEntry[]): string {
  const visible = commands.filter((command) => !command.hidden);
  const width = Math.max(...visible.map(({ id }) => id.length));
  const groups = new Map<string, string[]>(GROUPS.map((name) => [name, []]));
  for (const command of [...visible].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const group = typeof command.group === 'string' ? command.group : LAST;
    const lines = groups.get(group) ?? [];
    groups.set(group, lines);
    lines.push(`  ${command.id.replaceAll(':', ' ').padEnd(width)}  ${summaryOf(command)}`);
  }
  const sections = [...groups]
    .filter(([name]) => name !== LAST)
    .concat([[LAST, groups.get(LAST) ?? []]])
    .filter(([, lines]) => lines.length > 0);
  return [
    'Plan, apply and undo container deployments on your own hosts.',
    '',
    'Usage: stowage COMMAND [OPTIONS]',
    '',
    ...sections.flatMap(([name, lines]) => [name, ...lines, '']),
    'stowage COMMAND --help explains a command with examples; stowage --version prints the version.',
    '',
  ].join('\n');
}

function summaryOf({ summary, description }: HelpEntry): string {
  return summary ?? description?.split('\n')[0] ?? '';
}
