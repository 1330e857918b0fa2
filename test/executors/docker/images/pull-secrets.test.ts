import { describe, expect, it } from 'vitest';
import { pullSecretAuth } from '../../../../src/executors/docker/images/pull-secrets.ts';
import { service, stack } from '../../../planner/build.ts';

const entry = (user: string) => ({ auth: Buffer.from(`${user}:pw`).toString('base64') });

/** Whose credentials an image is asked for with, where its only user has a secret with these entries. */
async function userFor(image: string, registry: string, content: unknown): Promise<string | undefined> {
  const web = service('web', { image, template: { pullSecrets: ['regcred/.dockerconfigjson'] } });
  const secret = { id: 'regcred/.dockerconfigjson', name: 'regcred', digest: 'sha256:1', external: false, labels: {} };
  const desired = stack([web], { secrets: [secret] });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const auth = pullSecretAuth(
    desired,
    () => Buffer.from(text),
    async () => 'otherwise',
  );
  const header = await auth(registry, image);
  if (header === undefined || header === 'otherwise') return header;
  return (JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { username: string }).username;
}

describe('credentials out of pull secrets', () => {
  it.each([
    ['by registry', 'r.example/web:1', 'r.example', { auths: { 'r.example': entry('ann') } }, 'ann'],
    ['by address', 'r.example/web:1', 'r.example', { auths: { 'https://r.example/v1/': entry('ann') } }, 'ann'],
    ['of the older kind', 'r.example/web:1', 'r.example', { 'r.example': entry('ann') }, 'ann'],
    ['of Docker Hub', 'web:1', 'docker.io', { auths: { 'https://index.docker.io/v1/': entry('ann') } }, 'ann'],
    ['by pattern', 'eu.r.example/web', 'eu.r.example', { auths: { '*.r.example': entry('ann') } }, 'ann'],
    [
      'by the longest path',
      'r.example/team/web:1',
      'r.example',
      { auths: { 'r.example': entry('all'), 'r.example/team': entry('team'), 'r.example/te': entry('none') } },
      'team',
    ],
    ['of another registry', 'r.example/web:1', 'r.example', { auths: { 'x.example': entry('ann') } }, 'otherwise'],
  ])('%s', async (_name, image, registry, content, expected) => {
    expect(await userFor(image, registry, content)).toBe(expected);
  });

  it('tells of one that cannot be read, without what it holds', async () => {
    const failed = userFor('r.example/web', 'r.example', 'hunter2');
    await expect(failed).rejects.toMatchObject({ diagnostics: [{ code: 'registry/credentials' }] });
    await expect(failed).rejects.not.toThrow(/hunter2/);
  });
});
