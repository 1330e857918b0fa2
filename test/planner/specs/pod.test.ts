import { describe, expect, test } from 'vitest';
import type { Container } from '../../../src/model/desired.ts';
import { LABEL } from '../../../src/model/labels.ts';
import { imagesToResolve } from '../../../src/planner/images.ts';
import { specContext } from '../../../src/planner/spec-context.ts';
import { ownerName, replicaSpec } from '../../../src/planner/specs/pod.ts';
import { container, service, stack, template } from '../build.ts';

const WEB = container('web', 'web:1');
const ALONE = container('tools', 'tools:1', { withoutNetwork: true });
const FIRST = container('first', 'first:1');

function podOf(containers: readonly Container[], initContainers: readonly Container[]) {
  const workload = { ...service('web'), template: template(containers, { initContainers }) };
  const desired = stack([workload]);
  const context = specContext(desired, { hosts: [], unreadable: [] }, {}, {});
  return { desired, replica: replicaSpec(workload, { ordinal: 0, host: 'a' }, context, 'gen') };
}

describe('containers of a replica', () => {
  test.each<{ name: string; init: Container[]; others?: Container[]; roles: string[]; owner: string }>([
    { name: 'one', init: [], roles: ['main'], owner: 'shop-web-0-gen' },
    {
      name: 'one, and before it one that needs no network',
      init: [ALONE],
      roles: ['init', 'main'],
      owner: 'shop-web-0-gen',
    },
    { name: 'one, and one before it', init: [FIRST], roles: ['pause', 'init', 'main'], owner: 'shop-web-0-pause-gen' },
    {
      name: 'two, and one before them that needs no network',
      init: [ALONE],
      others: [container('other', 'web:1')],
      roles: ['pause', 'init', 'main', 'main'],
      owner: 'shop-web-0-pause-gen',
    },
  ])('$name', ({ init, others = [], roles, owner }) => {
    const { desired, replica } = podOf([WEB, ...others], init);
    expect(replica.containers.map(({ role }) => role)).toEqual(roles);
    expect(ownerName(replica)).toBe(owner);
    expect(imagesToResolve(desired).some((image) => image.includes('pause'))).toBe(roles.includes('pause'));
    const tools = replica.containers.find(({ name }) => name === 'tools');
    if (init.includes(ALONE)) expect(tools?.spec.network).toEqual({ mode: 'none' });
  });

  test('a check that ends its container is told from one of health', () => {
    const test = ['CMD', '/check'];
    const { replica } = podOf([{ ...WEB, aliveCheck: { test } }], []);
    const [{ spec } = { spec: undefined }] = replica.containers;
    expect(spec?.health).toEqual({ test });
    expect(spec?.labels).toEqual({ [LABEL.aliveCheck]: 'true' });
  });
});
