import { relative } from 'node:path';
import type { DesiredState, Mount, PodTemplate } from '../model/desired.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';

/**
 * Settles what bind mounts of folders of this machine mean: those that are copied get the digest of their content,
 * the others below the project's folder are marked.
 *
 * @param folder the project's
 * @throws DiagnosticError (64) naming every folder to copy that is not there
 */
export async function settleBinds(desired: DesiredState, folder: string): Promise<DesiredState> {
  const binds = bindsOf(desired);
  if (binds.length === 0) return desired;
  const problems: Diagnostic[] = [];
  const digests = new Map<string, string>();
  for (const path of new Set(binds.flatMap(({ sync, path }) => (sync ? [path] : [])))) {
    const { folderDigest } = await import('../executors/docker/folder.ts');
    try {
      digests.set(path, await folderDigest(path));
    } catch (error) {
      problems.push(noSource(path, (error as Error).message));
    }
  }
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
  return {
    ...desired,
    workloads: desired.workloads.map((workload) => ({
      ...workload,
      template: withMounts(workload.template, (mount) => settled(mount, folder, digests)),
    })),
  };
}

function bindsOf({ workloads }: DesiredState) {
  const containers = workloads.flatMap(({ template }) => [...template.initContainers, ...template.containers]);
  return containers.flatMap(({ mounts }) => mounts.flatMap(({ source }) => (source.type === 'bind' ? [source] : [])));
}

function withMounts(template: PodTemplate, change: (mount: Mount) => Mount): PodTemplate {
  const changed = <C extends { readonly mounts: readonly Mount[] }>(container: C): C => ({
    ...container,
    mounts: container.mounts.map(change),
  });
  return {
    ...template,
    containers: template.containers.map(changed),
    initContainers: template.initContainers.map(changed),
  };
}

function settled(mount: Mount, folder: string, digests: ReadonlyMap<string, string>): Mount {
  const { source } = mount;
  if (source.type !== 'bind') return mount;
  const digest = source.sync ? digests.get(source.path) : undefined;
  if (digest !== undefined) return { ...mount, source: { ...source, digest } };
  return isBelow(source.path, folder) ? { ...mount, source: { ...source, ofProject: true } } : mount;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith('/') && !/^\.\.(\/|$)/.test(relative(folder, path));
}

function noSource(path: string, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'bind/source-missing',
    message: 'a folder to copy to the hosts is not there',
    where: path,
    why,
    fix: 'make it, or take x-stowage.sync away to mount the path of the hosts',
  };
}
