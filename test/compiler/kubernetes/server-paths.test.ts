import { describe, expect, it } from 'vitest';
import { loadKubernetes } from '../../../src/compiler/kubernetes/index.ts';

const TEMPLATE = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };

function paths(kind: string, apiVersion: string, spec: object, name = 'a'): (string | undefined)[] {
  const text = JSON.stringify({ apiVersion, kind, metadata: { name }, spec });
  const { diagnostics } = loadKubernetes({ sources: [{ file: 'a.json', text }] });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ path }) => path);
}

/** Paths and verdicts of the server that one would not guess. */
describe('paths as the server names them', () => {
  const selector = { matchLabels: { a: 'b' } };
  const quota = (term: object) => ({ scopeSelector: { matchExpressions: [term] } });
  const disk = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
  const backend = (resource: object) => ({ defaultBackend: { resource } });
  const service = (more: object) => ({ ports: [{ port: 80 }], ...more });

  it.each([
    ['Deployment', 'apps/v1', { selector, template: TEMPLATE, strategy: { type: 'Forbid' } }, ['spec.strategy']],
    ['DaemonSet', 'apps/v1', { selector, template: TEMPLATE, updateStrategy: { type: 'x' } }, ['spec.updateStrategy']],
    ['PersistentVolume', 'v1', { ...disk, gcePersistentDisk: {} }, ['spec.persistentDisk.pdName']],
    ['PersistentVolume', 'v1', { ...disk, csi: { driver: 'A_b', volumeHandle: 'x' } }, ['spec.csi.driver']],
    ['LimitRange', 'v1', { limits: [{ type: 'Container', min: { cpu: '-1' } }] }, []],
    ['LimitRange', 'v1', { limits: [{ type: 'PersistentVolumeClaim' }] }, ['spec.limits[0].limits']],
    [
      'ResourceQuota',
      'v1',
      quota({ scopeName: 'PriorityClass', operator: 'In' }),
      ['spec.scopeSelector.matchExpressions.values'],
    ],
    [
      'ResourceQuota',
      'v1',
      quota({ scopeName: 'x', operator: 'Exists' }),
      ['spec.scopeSelector.matchExpressions.scopeName'],
    ],
    [
      'Ingress',
      'networking.k8s.io/v1',
      backend({ apiGroup: 'UDP', kind: 'K', name: 'a%b' }),
      ['spec.defaultBackend.resource.apiGroup', 'spec.defaultBackend.resource.name'],
    ],
    ['Service', 'v1', service({ ipFamilies: ['IPv4', 'IPv4'] }), ['spec.ipFamilies[1]']],
    ['Service', 'v1', service({ ipFamilyPolicy: 'x' }), ['spec.ipFamilyPolicy']],
  ])('%s %s %j', (kind, apiVersion, spec, wanted) => {
    expect(paths(kind, apiVersion, spec)).toEqual(wanted);
  });

  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u1' };
  it.each<[string, object[], string[]]>([
    ['one that is the controller', [{ ...owner, controller: true }, owner], []],
    ['the same again', [owner, owner], []],
    [
      'three controllers',
      [1, 2, 3].map(() => ({ ...owner, controller: true })),
      ['metadata.ownerReferences', 'metadata.ownerReferences'],
    ],
    ['an Event', [{ ...owner, apiVersion: 'v1', kind: 'Event' }], ['metadata.ownerReferences']],
    ['a version that is none', [{ ...owner, apiVersion: 'apps/' }], ['metadata.ownerReferences.apiVersion']],
    ['no name', [{ ...owner, name: '' }], ['metadata.ownerReferences.name']],
  ])('owners: %s', (_name, ownerReferences, wanted) => {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ownerReferences } });
    const { diagnostics } = loadKubernetes({ sources: [{ file: 'a.json', text }] });
    expect(diagnostics.map(({ path }) => path)).toEqual(wanted);
  });

  it('puts the name of a job on its pods, which must be able to carry it', () => {
    const template = { spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } };
    expect(paths('Job', 'batch/v1', { template }, 'x'.repeat(64))).toEqual(['spec.template.labels']);
  });
});
