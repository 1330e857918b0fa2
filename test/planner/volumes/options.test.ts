import { expect, test } from 'vitest';
import { plan } from '../../../src/planner/plan.ts';
import { hosts, service, stack, volume } from '../build.ts';

test.each([
  ['NFS', { type: 'nfs', o: 'addr=10.0.0.9,rw,nfsvers=4', device: ':/srv/media' }],
  ['CIFS', { type: 'cifs', o: 'username=app,password=pw,vers=3.0', device: '//10.0.0.9/share' }],
])('%s goes to the local driver as it is written', (_name, driverOptions) => {
  const media = volume('media', { driverOptions, labels: { tier: 'cold' } });
  const mounts = [{ source: { type: 'volume', volume: 'media' }, target: '/media', readOnly: true }] as const;
  const desired = stack([service('web', { container: { mounts } })], { volumes: [media] });
  const result = plan(desired, hosts('a'), { toolVersion: '0', images: {} });
  const created = result.ok ? result.plan.steps.find((s) => s.kind === 'volume.create') : undefined;
  expect(created).toMatchObject({
    volume: { name: 'shop_media', driver: 'local', driverOptions, labels: { tier: 'cold' } },
  });
});
