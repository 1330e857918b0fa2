import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { fullReference } from '../images.ts';
import { violation } from './violation.ts';

/** Images that the file does not name by digest, or that come from a registry that is not allowed. */
export function imageViolations(plan: Plan, { images }: Policy): Diagnostic[] {
  const created = plan.steps.flatMap((s) =>
    s.kind === 'container.create' ? [{ image: s.spec.image, workload: s.replica.workload }] : [],
  );
  const used = [...new Map(created.map((c) => [`${c.workload} ${c.image}`, c])).values()];
  return used.flatMap(({ image, workload }) => {
    const registry = fullReference(image).split('/', 1)[0] as string;
    const found: Diagnostic[] = [];
    if (images.pinned && !image.includes('@sha256:')) {
      found.push(
        violation(
          'images.pinned',
          'an image is not named by digest',
          `workload ${workload}: ${image}`,
          'policy.images.pinned is set, and a tag can move',
          `write ${image}@sha256:…${plan.images[image] === undefined ? '' : ` (it is ${plan.images[image]} now)`}`,
        ),
      );
    }
    if (images.registries !== undefined && !images.registries.includes(registry)) {
      found.push(
        violation(
          'images.registries',
          'an image comes from a registry that is not allowed',
          `workload ${workload}: ${image}`,
          `policy.images.registries allows ${images.registries.join(', ')}`,
          'use an image of an allowed registry, or add this one to the policy',
        ),
      );
    }
    return found;
  });
}
