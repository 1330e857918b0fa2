import type { Lab } from '../harness/lab.ts';
import type { App } from './apps.ts';

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}
interface Named {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

const LABEL = 'io.stowage.';
const BUILT_IN = new Set(['bridge', 'host', 'none', 'docker_gwbridge', 'ingress']);

/** What does not hold on the hosts once an edition is applied: every line names one finding. */
export async function findings(lab: Lab, app: App): Promise<string[]> {
  const perHost = await Promise.all(lab.hosts.map(({ name }) => hostFindings(lab, app, name)));
  const count = new Map<string, number>();
  for (const { replicas } of perHost) for (const key of replicas) count.set(key, (count.get(key) ?? 0) + 1);
  const expected = Object.entries(app.replicas).flatMap(([workload, replicas]) =>
    Array.from({ length: replicas }, (_, index) => `${workload}.${index + 1}`),
  );
  const wrong = [...new Set([...expected, ...count.keys()])].filter(
    (key) => count.get(key) !== (expected.includes(key) ? 1 : 0),
  );
  return [
    ...wrong.map((key) => `replica ${key} is there ${count.get(key) ?? 0} times`),
    ...perHost.flatMap(({ problems }) => problems),
  ];
}

async function hostFindings(lab: Lab, app: App, host: string) {
  const engine = lab.engine(host);
  const [containers, networks, { Volumes }] = await Promise.all([
    engine.get<Listed[]>('/containers/json?all=1'),
    engine.get<Named[]>('/networks'),
    engine.get<{ Volumes: Named[] | null }>('/volumes'),
  ]);
  const problems: string[] = [];
  const replicas: string[] = [];
  for (const { Labels, Names, State } of containers) {
    const name = Names[0] ?? '';
    if (Labels[`${LABEL}stack`] === app.stack) {
      const workload = Labels[`${LABEL}workload`] ?? '';
      replicas.push(`${workload}.${Labels[`${LABEL}ordinal`]}`);
      const expected = app.jobs?.includes(workload) ? 'exited' : 'running';
      if (State !== expected) problems.push(`${name} on ${host} is ${State}`);
    } else if (!['ledger', 'gateway'].includes(Labels[`${LABEL}role`] ?? '')) {
      problems.push(`container ${name} on ${host} is an orphan`);
    }
  }
  for (const { Name } of networks) {
    if (BUILT_IN.has(Name) || Name === 'stowage-gateway' || app.networks.includes(Name)) continue;
    problems.push(`network ${Name} on ${host} is an orphan`);
  }
  const volumes = (Volumes ?? []).map(({ Name }) => Name);
  for (const name of volumes) {
    const isOurs = app.volumes.includes(name) || name === `stowage-ledger-${app.stack}`;
    const noted = /^stowage-(?:un)?named-([0-9a-f]+)$/.exec(name)?.[1];
    if (noted !== undefined && containers.some(({ Id }) => Id.startsWith(noted))) continue;
    if (!isOurs && !name.startsWith('stowage-gateway')) problems.push(`volume ${name} on ${host} is an orphan`);
  }
  return { replicas, problems };
}

/** Writes into the app's data, or reads it back; undefined for an app without data. */
export async function askStore(lab: Lab, app: App, question: string): Promise<string | undefined> {
  if (app.store === undefined) return undefined;
  const filter = ['--filter', `label=${LABEL}stack=${app.stack}`, '--filter', `label=${LABEL}workload=${app.store}`];
  for (const host of app.hosts) {
    const id = (await lab.docker(host, ['ps', '-q', ...filter])).split('\n')[0];
    if (id) return await lab.docker(host, ['exec', id, '/web', 'get', `http://localhost:8080${question}`]);
  }
  throw new Error(`${app.store} does not run`);
}

/** Places where the secret stands and may not: the engines' own files on containers (specs and logs). */
export async function leaks(lab: Lab, secret: string): Promise<string[]> {
  const search = ['-rlF', secret, '/var/lib/docker/containers', '/var/lib/docker/network', '/var/log', '/tmp', '/root'];
  const found = await Promise.all(
    lab.hosts.map(async ({ name }) => {
      const text = await lab.onHost(name, 'sh', [
        '-c',
        `grep ${search.map((s) => `'${s}'`).join(' ')} 2>/dev/null; true`,
      ]);
      return text
        .split('\n')
        .filter(Boolean)
        .map((path) => `the secret stands in ${path} on ${name}`);
    }),
  );
  return found.flat();
}

interface History {
  readonly revisions: readonly {
    readonly revision: { readonly number: number };
    readonly outcome?: { readonly status: string };
  }[];
  readonly problems: readonly { readonly severity: string; readonly message: string }[];
}

/** @param text of `history --json` */
export function historyFindings(text: string, lastNumber: number): { findings: string[]; last: number } {
  const { revisions, problems } = JSON.parse(text) as History;
  const numbers = revisions.map((r) => r.revision.number);
  const last = numbers.at(-1) ?? 0;
  const gaps = numbers.filter((n, index) => index > 0 && n !== (numbers[index - 1] ?? 0) + 1);
  const status = revisions.at(-1)?.outcome?.status;
  return {
    last,
    findings: [
      ...(last < lastNumber ? [`revision ${lastNumber} is lost: the last is ${last}`] : []),
      ...gaps.map((n) => `a revision before ${n} is lost`),
      ...(status === 'done' ? [] : [`the last revision, ${last}, is ${status ?? 'without an outcome'}`]),
      ...problems.map((p) => `history: ${p.severity} ${p.message}`),
    ],
  };
}
