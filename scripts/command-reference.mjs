/**
 * docs/commands.md, from oclif's manifest: every command with its flags and examples.
 *
 * @param {Record<string, object>} commands of the manifest, by id
 */
export function commandReference(commands) {
  const visible = Object.values(commands)
    .filter(({ hidden }) => !hidden)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const index = visible.map(({ id, summary }) => `| [${name(id)}](#${anchor(id)}) | ${cell(summary)} |`);
  return `${[
    '# Commands',
    '',
    'Made from the commands themselves by `npm run build`; do not edit. `stowage COMMAND --help` says the same.',
    '',
    '| command | what it does |',
    '| --- | --- |',
    ...index,
    '',
    ...visible.flatMap(section),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function section(command) {
  return [
    `## stowage ${name(command.id)}`,
    '',
    sentence(command.summary),
    ...(command.description ? ['', command.description] : []),
    '',
    ...examples(command),
    ...table(
      'argument',
      Object.values(command.args ?? {}).map((arg) => [arg.name.toUpperCase(), arg.description]),
    ),
    ...table('flag', Object.values(command.flags).filter(isShown).sort(byName).map(flagRow)),
  ];
}

function examples({ examples: list = [] }) {
  const shown = list.filter((example) => typeof example === 'object');
  if (shown.length === 0) return [];
  const lines = shown.flatMap(({ description, command }) => [
    `# ${description}`,
    command.replaceAll('<%= config.bin %>', 'stowage'),
    '',
  ]);
  return ['```sh', ...lines.slice(0, -1), '```', ''];
}

function table(title, rows) {
  if (rows.length === 0) return [];
  return [`| ${title} | |`, '| --- | --- |', ...rows.map(([left, right]) => `| \`${left}\` | ${cell(right)} |`), ''];
}

/** The flags of every command are told once, at the end of README.md. */
function isShown({ name: flag, hidden }) {
  return !hidden && flag !== 'json' && flag !== 'color';
}

function flagRow({
  char,
  name: flag,
  type,
  helpValue,
  options,
  description,
  env,
  allowNo,
  multiple,
  default: fallback,
}) {
  const value = type === 'option' ? ` ${options?.join('|') ?? helpValue ?? flag.toUpperCase()}` : '';
  const spelled = `${char ? `-${char}, ` : ''}--${allowNo ? '[no-]' : ''}${flag}${value}`;
  const notes = [
    ...(multiple && !/repeatable/.test(description) ? ['repeatable'] : []),
    ...(type === 'option' && fallback !== undefined ? [`default ${fallback}`] : []),
    ...(env ? [`or $${env}`] : []),
  ];
  return [spelled.replaceAll('|', '\\|'), `${description}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`];
}

function byName(a, b) {
  return a.name < b.name ? -1 : 1;
}

function name(id) {
  return id.replaceAll(':', ' ');
}

function anchor(id) {
  return `stowage-${id.replaceAll(':', '-')}`;
}

function cell(text) {
  return (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
