/** What a build reads beside its flags. */
export interface BuildCommand {
  readonly argv: readonly string[];
  /** The Dockerfile, where the file holds its text. */
  readonly stdin?: string;
}

type Value = unknown;

/**
 * The docker command that builds an image as a compose file says.
 *
 * @param build canonical `build:` of a service: absolute context, lists and maps in their long forms
 * @see https://github.com/compose-spec/compose-spec/blob/main/build.md
 */
export function buildCommand(
  image: string,
  build: Readonly<Record<string, Value>>,
  platform: string | undefined,
): BuildCommand {
  const inline = text(build.dockerfile_inline);
  const platforms = list(build.platforms);
  const flags: [string, readonly string[]][] = [
    ['--tag', [image, ...list(build.tags)]],
    ['--file', inline !== undefined ? ['-'] : dockerfile(build)],
    ['--build-arg', pairs(build.args)],
    ['--label', pairs(build.labels)],
    ['--target', texts(build.target)],
    ['--network', texts(build.network)],
    ['--cache-from', list(build.cache_from)],
    ['--cache-to', list(build.cache_to)],
    ['--build-context', pairs(build.additional_contexts)],
    ['--add-host', hosts(build.extra_hosts)],
    ['--shm-size', texts(build.shm_size)],
    ['--ulimit', ulimits(build.ulimits)],
    ['--ssh', list(build.ssh)],
    ['--platform', platform !== undefined ? [platform] : platforms.slice(0, 1)],
  ];
  const switches = [...(build.no_cache === true ? ['--no-cache'] : []), ...(build.pull === true ? ['--pull'] : [])];
  const argv = [...flags.flatMap(([flag, values]) => values.flatMap((v) => [flag, v])), ...switches];
  return {
    argv: ['build', ...argv, text(build.context) ?? '.'],
    ...(inline === undefined ? {} : { stdin: inline }),
  };
}

/** A relative Dockerfile lies in the context. */
function dockerfile({ context, dockerfile: name }: Readonly<Record<string, Value>>): string[] {
  const [folder, file] = [text(context) ?? '.', text(name)];
  if (file === undefined) return [];
  const isElsewhere = file.startsWith('/') || folder.includes('://');
  return [isElsewhere ? file : `${folder.replace(/\/$/, '')}/${file}`];
}

function text(value: Value): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function texts(value: Value): string[] {
  const one = text(value);
  return one === undefined ? [] : [one];
}

function list(value: Value): string[] {
  return Array.isArray(value) ? value.flatMap(texts) : texts(value);
}

/** `NAME=value`; a name without a value takes it from the environment. */
function pairs(value: Value): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return list(value);
  return Object.entries(value).map(([name, v]) => (v === null ? name : `${name}=${String(v)}`));
}

function hosts(value: Value): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return list(value);
  return Object.entries(value).flatMap(([name, addresses]) => list(addresses).map((a) => `${name}:${a}`));
}

function ulimits(value: Value): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, Value>).map(([name, limit]) => {
    if (typeof limit !== 'object' || limit === null) return `${name}=${String(limit)}`;
    const { soft, hard } = limit as { soft?: Value; hard?: Value };
    return `${name}=${String(soft)}:${String(hard)}`;
  });
}
