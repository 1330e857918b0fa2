import type { EnvVar, Mount } from '../../src/model/desired.ts';
import type { Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/planner/plan.ts';
import { host, ROLLING, service, stack, volume } from '../planner/build.ts';
import { simulate } from '../planner/simulate.ts';

const DATA: Mount = { source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false };
const OPTIONS = {
  toolVersion: '1.2.3',
  images: { 'registry.example.com/shop/web:2.8.1': `sha256:${'4f'.repeat(32)}` },
};

interface Release {
  readonly web: string;
  readonly api: readonly EnvVar[];
  readonly store: string;
  readonly extra: boolean;
}

function release({ web, api, store, extra }: Release) {
  const workloads = [
    service('web', {
      replicas: 3,
      image: web,
      workload: { rollout: { ...ROLLING, order: 'start-first' }, dependsOn: [] },
    }),
    service('api', { replicas: 2, container: { env: api, command: ['serve', `--workers=${api.length}`] } }),
    service('db', { image: store, container: { mounts: [DATA] } }),
    ...(extra ? [service('legacy-mailer')] : [service('worker', { replicas: 2 })]),
  ];
  const sizes = ['256', '512', '1024'].map((n) => `cache-${n}`).join('\n');
  return stack(
    workloads.map((w) =>
      w.id === 'api' ? { ...w, labels: { 'com.example.notes': `${sizes}\n${api.length} variables\nend` } } : w,
    ),
    { volumes: [volume('data')] },
  );
}

function planned(...args: Parameters<typeof plan>): Plan {
  const result = plan(...args);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/**
 * A plan with a little of everything: on three hosts a new image, changed variables, a database that has to be down
 * for a moment, a service that goes, one that comes, and an old volume that is deleted with its data.
 */
export function samplePlan(): Plan {
  const env = (level: string, more: readonly EnvVar[] = []): EnvVar[] => [{ name: 'LOG_LEVEL', value: level }, ...more];
  const before = release({
    web: 'registry.example.com/shop/web:2.8.0',
    api: env('info'),
    store: 'store:1',
    extra: true,
  });
  const bare = { hosts: ['db-1', 'web-1', 'web-2'].map((name) => host(name)), unreadable: [] };
  const live = simulate(bare, planned(before, bare, { toolVersion: '1.2.3', images: {} }).steps);
  const old = {
    name: 'shop_archive',
    driver: 'local',
    labels: { 'io.stowage.stack': 'shop', 'io.stowage.resource': 'archive' },
  };
  const withOld = {
    ...live,
    hosts: live.hosts.map((h, i) =>
      i === 0 ? { ...h, volumes: [...h.volumes, { ...old, options: {}, scope: 'local' as const }] } : h,
    ),
  };
  const flags = `${'feature-'.repeat(6)}on`;
  const after = release({
    web: 'registry.example.com/shop/web:2.8.1',
    api: env('debug', [
      { name: 'BANNER', value: 'Welcome\nto the <new> shop\n& enjoy' },
      { name: 'FLAGS', value: flags },
    ]),
    store: 'store:2',
    extra: false,
  });
  return planned(after, withOld, { ...OPTIONS, removeVolumes: ['shop_archive'] });
}
